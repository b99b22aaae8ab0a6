package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;

/** A report block of a sender or receiver report (RFC 3550 §6.4.1). */
public final class ReportBlock {
    static final int LENGTH = 24;
    /** Bytes of a receiver report before its first block. */
    static final int RECEIVER_REPORT_LENGTH = 8;

    private int ssrc;
    private int fractionLost;
    private int cumulativeLost;
    private long extendedHighestSequence;
    private long jitter;
    private int lastSr;
    private long delaySinceLastSr;

    /** How many blocks the reader's current packet has: 0 when it is no report, or one too short for its count. */
    public static int count(RtcpReader reader) {
        int head = headLength(reader);
        return head > 0 && fits(reader, head) ? reader.count() : 0;
    }

    /** Reads block {@code index} of the reader's current packet. False when there is none. */
    public boolean wrap(RtcpReader reader, int index) {
        if (index < 0 || index >= count(reader)) {
            return false;
        }
        PacketBuffer packet = reader.packet();
        int offset = reader.offset() + headLength(reader) + index * LENGTH;
        ssrc = packet.i32(offset);
        fractionLost = packet.u8(offset + 4);
        // Signed: duplicates can make it negative.
        cumulativeLost = packet.u24(offset + 5) << 8 >> 8;
        extendedHighestSequence = packet.u32(offset + 8);
        jitter = packet.u32(offset + 12);
        lastSr = packet.i32(offset + 16);
        delaySinceLastSr = packet.u32(offset + 20);
        return true;
    }

    static boolean fits(RtcpReader reader, int headLength) {
        return reader.length() >= headLength + reader.count() * LENGTH;
    }

    private static int headLength(RtcpReader reader) {
        return switch (reader.type()) {
            case RtcpKind.TYPE_SR -> SenderReport.LENGTH;
            case RtcpKind.TYPE_RR -> RECEIVER_REPORT_LENGTH;
            default -> 0;
        };
    }

    /** The source reported on. */
    public int ssrc() {
        return ssrc;
    }

    /** In 256ths, since the report before. */
    public int fractionLost() {
        return fractionLost;
    }

    /** Packets, -2^23 to 2^23 - 1. */
    public int cumulativeLost() {
        return cumulativeLost;
    }

    /** The highest sequence number received, with the count of its wraps in the upper 16 of 32 bits. */
    public long extendedHighestSequence() {
        return extendedHighestSequence;
    }

    /** In units of the media timestamp. */
    public long jitter() {
        return jitter;
    }

    /** The middle 32 bits of the last sender report's NTP timestamp, 0 when none was received. */
    public int lastSr() {
        return lastSr;
    }

    /** In 65,536ths of a second. */
    public long delaySinceLastSr() {
        return delaySinceLastSr;
    }
}

package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;

/** The sender's part of a sender report (RFC 3550 §6.4.1); its report blocks are read by {@link ReportBlock}. */
public final class SenderReport {
    /** Bytes before the first report block. */
    static final int LENGTH = 28;

    private int ssrc;
    private long ntpTimestamp;
    private int rtpTimestamp;
    private long packetCount;
    private long octetCount;

    /** Reads the reader's current packet. False when it is no sender report, or one too short for its reports. */
    public boolean wrap(RtcpReader reader) {
        if (reader.kind() != RtcpKind.SENDER_REPORT || !ReportBlock.fits(reader, LENGTH)) {
            return false;
        }
        PacketBuffer packet = reader.packet();
        int offset = reader.offset();
        ssrc = packet.i32(offset + 4);
        ntpTimestamp = packet.i64(offset + 8);
        rtpTimestamp = packet.i32(offset + 16);
        packetCount = packet.u32(offset + 20);
        octetCount = packet.u32(offset + 24);
        return true;
    }

    public int ssrc() {
        return ssrc;
    }

    /** Seconds since 1900 as 32.32 fixed point. */
    public long ntpTimestamp() {
        return ntpTimestamp;
    }

    /** The media timestamp of the same instant. */
    public int rtpTimestamp() {
        return rtpTimestamp;
    }

    public long packetCount() {
        return packetCount;
    }

    public long octetCount() {
        return octetCount;
    }
}

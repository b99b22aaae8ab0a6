package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the packets of an RTCP compound (RFC 3550 §6.1) without allocating; reused by the shard's thread.
 *
 * <pre>{@code
 * if (reader.wrap(packet)) {
 *     while (reader.next()) {
 *         switch (reader.kind()) { case NACK -> { if (nack.wrap(reader)) … } … }
 *     }
 * }
 * }</pre>
 *
 * <p>{@link #wrap} checks the compound's frame as a whole (RFC 3550 §A.2), except that a compound may start with any
 * packet (reduced-size RTCP, RFC 5506). What is inside a packet is checked by its own reader, whose {@code wrap} returns
 * false for a malformed one: the others of the compound still count.
 */
public final class RtcpReader {
    private static final int VERSION = 2;
    private static final int HEADER_LENGTH = 4;

    private @Nullable PacketBuffer packet;
    private int end;
    private int nextOffset;
    private int offset;
    private int length;
    private int type;
    private int count;

    /** Looks at a whole compound, borrowed until the next call, before its first packet. False when it is malformed. */
    public boolean wrap(PacketBuffer packet) {
        this.packet = null;
        offset = 0;
        length = 0;
        nextOffset = 0;
        end = 0;
        if (!isValid(packet)) {
            return false;
        }
        this.packet = packet;
        end = packet.length();
        return true;
    }

    private static boolean isValid(PacketBuffer packet) {
        int total = packet.length();
        if (total == 0) {
            return false;
        }
        int at = 0;
        while (at < total) {
            if (total - at < HEADER_LENGTH || packet.u8(at) >>> 6 != VERSION) {
                return false;
            }
            int length = HEADER_LENGTH + 4 * packet.u16(at + 2);
            if (length > total - at) {
                return false;
            }
            boolean padded = (packet.u8(at) & 0x20) != 0;
            if (padded && !isPaddingValid(packet, at, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /**
     * RFC 3550 §6.4.1 wants padding in the last packet only, and whole words of it. libwebrtc pads each transport
     * feedback to a word's end, by one to three bytes, and may put several into a compound: taken all the same.
     */
    private static boolean isPaddingValid(PacketBuffer packet, int offset, int length) {
        int padding = packet.u8(offset + length - 1);
        return padding != 0 && padding <= length - HEADER_LENGTH;
    }

    /** Moves to the next packet of the compound; false after the last. */
    public boolean next() {
        PacketBuffer buffer = packet;
        if (buffer == null || nextOffset >= end) {
            return false;
        }
        offset = nextOffset;
        int first = buffer.u8(offset);
        type = buffer.u8(offset + 1);
        count = first & 0x1F;
        length = HEADER_LENGTH + 4 * buffer.u16(offset + 2);
        nextOffset = offset + length;
        if ((first & 0x20) != 0) {
            length -= buffer.u8(offset + length - 1);
        }
        return true;
    }

    /** The compound looked at. */
    public PacketBuffer packet() {
        PacketBuffer buffer = packet;
        if (buffer == null) {
            throw new IllegalStateException("no RTCP packet wrapped");
        }
        return buffer;
    }

    public RtcpKind kind() {
        return RtcpKind.of(type, count);
    }

    /** The packet type, such as 200 for a sender report. */
    public int type() {
        return type;
    }

    /** The five bits after the padding flag: how many reports or sources, or the format of feedback. */
    public int count() {
        return count;
    }

    /** The four bytes after the header, the sender's SSRC in most packets; 0 when there are none. */
    public int ssrc() {
        return length < 8 ? 0 : packet().i32(offset + 4);
    }

    /** Where the current packet's header starts in the compound. */
    public int offset() {
        return offset;
    }

    /** Bytes of the current packet from its header on, without padding. */
    public int length() {
        return length;
    }
}

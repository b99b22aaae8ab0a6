package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/** The AV1 aggregation header, the first byte of each AV1 payload (AV1 RTP specification §4.4). */
public final class Av1Aggregation {
    private Av1Aggregation() {}

    /** Z: the first element continues one of the packet before. */
    public static boolean continuesObu(int aggregationHeader) {
        return (aggregationHeader & 0x80) != 0;
    }

    /** Y: the last element goes on in the next packet. */
    public static boolean obuContinues(int aggregationHeader) {
        return (aggregationHeader & 0x40) != 0;
    }

    /** W: elements in the packet, or 0 when each has its length in front. */
    public static int elementCount(int aggregationHeader) {
        return aggregationHeader >>> 4 & 0x03;
    }

    /** N: the packet is the first of a coded video sequence. */
    public static boolean startsSequence(int aggregationHeader) {
        return (aggregationHeader & 0x08) != 0;
    }

    /** Whether the packet starts a coded video sequence, which begins with a keyframe. */
    public static boolean isKeyframeStart(PacketBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 2) {
            return false;
        }
        int header = packet.u8(payloadOffset);
        // A packet that starts a sequence cannot continue what came before.
        return startsSequence(header) && !continuesObu(header);
    }
}

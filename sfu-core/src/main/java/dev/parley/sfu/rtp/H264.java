package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * What forwarding needs of an H.264 payload (RFC 6184 §5.2): whether a packet starts a keyframe.
 *
 * <p>Read are single NAL units, STAP-A and FU-A, all that packetization modes 0 and 1 have (§6.2, §6.3); the
 * interleaved mode is not offered by browsers.
 */
public final class H264 {
    private static final int NAL_IDR = 5;
    private static final int NAL_SPS = 7;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;

    private H264() {}

    /**
     * Whether the packet holds the start of an IDR picture or a sequence parameter set, which encoders send just before
     * one, be it in the same packet or not: a receiver needs both.
     */
    public static boolean isKeyframeStart(PacketBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 1) {
            return false;
        }
        int type = packet.u8(payloadOffset) & 0x1F;
        return switch (type) {
            case STAP_A -> aggregatesKeyframe(packet, payloadOffset + 1, payloadOffset + payloadLength);
            case FU_A -> fragmentStartsKeyframe(packet, payloadOffset, payloadLength);
            default -> isKeyframeType(type);
        };
    }

    private static boolean aggregatesKeyframe(PacketBuffer packet, int start, int end) {
        int at = start;
        while (at + 2 < end) {
            int size = packet.u16(at);
            at += 2;
            if (size == 0 || at + size > end) {
                return false;
            }
            if (isKeyframeType(packet.u8(at) & 0x1F)) {
                return true;
            }
            at += size;
        }
        return false;
    }

    private static boolean fragmentStartsKeyframe(PacketBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 2) {
            return false;
        }
        // §5.8: S in the highest bit, the type of the fragmented unit in the lowest five.
        int fuHeader = packet.u8(payloadOffset + 1);
        return (fuHeader & 0x80) != 0 && isKeyframeType(fuHeader & 0x1F);
    }

    private static boolean isKeyframeType(int nalType) {
        return nalType == NAL_IDR || nalType == NAL_SPS;
    }
}

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
     * Whether the packet holds a sequence parameter set, which encoders send just before an IDR picture, or the start of an
     * IDR picture without one before it. Whoever began with a picture whose parameter set is on its way would decode it by
     * that of another layer: green.
     *
     * @param beginsPicture whether it is known that no packet of the same picture comes before this one
     */
    public static boolean isKeyframeStart(
            PacketBuffer packet, int payloadOffset, int payloadLength, boolean beginsPicture) {
        if (payloadLength < 1) {
            return false;
        }
        int type = packet.u8(payloadOffset) & 0x1F;
        return switch (type) {
            case STAP_A -> aggregatesKeyframe(packet, payloadOffset + 1, payloadOffset + payloadLength, beginsPicture);
            case FU_A -> fragmentStartsKeyframe(packet, payloadOffset, payloadLength, beginsPicture);
            default -> isKeyframeType(type, beginsPicture);
        };
    }

    private static boolean aggregatesKeyframe(PacketBuffer packet, int start, int end, boolean beginsPicture) {
        int at = start;
        while (at + 2 < end) {
            int size = packet.u16(at);
            at += 2;
            if (size == 0 || at + size > end) {
                return false;
            }
            if (isKeyframeType(packet.u8(at) & 0x1F, beginsPicture)) {
                return true;
            }
            at += size;
        }
        return false;
    }

    private static boolean fragmentStartsKeyframe(
            PacketBuffer packet, int payloadOffset, int payloadLength, boolean beginsPicture) {
        if (payloadLength < 2) {
            return false;
        }
        // §5.8: S in the highest bit, the type of the fragmented unit in the lowest five.
        int fuHeader = packet.u8(payloadOffset + 1);
        return (fuHeader & 0x80) != 0 && isKeyframeType(fuHeader & 0x1F, beginsPicture);
    }

    private static boolean isKeyframeType(int nalType, boolean beginsPicture) {
        return nalType == NAL_SPS || nalType == NAL_IDR && beginsPicture;
    }
}

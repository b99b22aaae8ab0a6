package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * Tells whether a packet starts a keyframe. Owned by one shard; reused from packet to packet.
 *
 * <p>A dependency descriptor decides alone where there is one, since it can be read although the payload is encrypted
 * end to end.
 */
public final class KeyframeDetector {
    private static final int STRUCTURE_PRESENT = 0x80;

    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();

    /**
     * Whether a receiver can start decoding with this packet; audio always can.
     *
     * @param ddExtensionId the id of the dependency descriptor, 0 when it was not negotiated
     * @param beginsPicture whether it is known that no packet of the same picture comes before this one
     */
    public boolean isKeyframeStart(Codec codec, RtpPacket rtp, int ddExtensionId, boolean beginsPicture) {
        int descriptorLength = ddExtensionId == 0 ? -1 : rtp.extensionLength(ddExtensionId);
        if (descriptorLength >= DependencyDescriptor.MANDATORY_LENGTH) {
            return attachesStructure(rtp, rtp.extensionOffset(ddExtensionId), descriptorLength);
        }
        PacketBuffer packet = rtp.packet();
        int offset = rtp.payloadOffset();
        int length = rtp.payloadLength();
        return switch (codec) {
            case VP8 -> vp8.wrap(packet, offset, length) && vp8.keyframeStart();
            case VP9 -> vp9.wrap(packet, offset, length) && vp9.keyframeStart();
            case H264 -> H264.isKeyframeStart(packet, offset, length, beginsPicture);
            case AV1 -> Av1Aggregation.isKeyframeStart(packet, offset, length);
            case OPUS, RED, G722, PCMU, PCMA -> true;
            case RTX, ULPFEC, FLEXFEC -> false;
        };
    }

    /** AV1 RTP specification §A.8: a structure comes with the first packet of a coded video sequence. */
    private static boolean attachesStructure(RtpPacket rtp, int offset, int length) {
        PacketBuffer packet = rtp.packet();
        boolean startOfFrame = (packet.u8(offset) & 0x80) != 0;
        return startOfFrame
                && length > DependencyDescriptor.MANDATORY_LENGTH
                && (packet.u8(offset + DependencyDescriptor.MANDATORY_LENGTH) & STRUCTURE_PRESENT) != 0;
    }
}

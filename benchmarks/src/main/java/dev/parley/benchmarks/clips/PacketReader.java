package dev.parley.benchmarks.clips;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.KeyframeDetector;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;

/** Takes packets apart. Owned by one thread. */
final class PacketReader {
    private final KeyframeDetector keyframes = new KeyframeDetector();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();

    /**
     * Reads a packet that is not empty.
     *
     * @param descriptorId of the dependency descriptor's header extension, 0 for none
     */
    RecordedPacket read(Codec codec, RtpPacket rtp, int descriptorId, long nowNs) {
        byte[] descriptor = descriptor(rtp, descriptorId);
        boolean keyframe = keyframes.isKeyframeStart(codec, rtp, 0, true);
        return switch (codec) {
            case VP8 -> {
                boolean _ = vp8.wrap(rtp);
                yield packet(
                        rtp,
                        nowNs,
                        new Layers(0, Math.max(0, vp8.temporalId()), !keyframe, false, vp8.layerSync()),
                        keyframe,
                        descriptor,
                        vp8.length());
            }
            case VP9 -> {
                boolean _ = vp9.wrap(rtp);
                Layers layers = new Layers(
                        Math.max(0, vp9.spatialId()),
                        Math.max(0, vp9.temporalId()),
                        vp9.isInterPredicted(),
                        vp9.interLayerDependency(),
                        vp9.switchingUpPoint());
                yield packet(rtp, nowNs, layers, keyframe, descriptor, vp9.length());
            }
            case OPUS, RED, G722, PCMU, PCMA, H264, AV1, RTX, ULPFEC, FLEXFEC ->
                packet(rtp, nowNs, new Layers(0, 0, !keyframe, false, false), keyframe, descriptor, 0);
        };
    }

    private record Layers(
            int spatialId, int temporalId, boolean interPicture, boolean interLayer, boolean switchingUp) {}

    private static byte[] descriptor(RtpPacket rtp, int id) {
        if (id == 0 || rtp.extensionLength(id) <= 0) {
            return new byte[0];
        }
        byte[] descriptor = new byte[rtp.extensionLength(id)];
        rtp.packet().getBytes(rtp.extensionOffset(id), descriptor, 0, descriptor.length);
        return descriptor;
    }

    private static RecordedPacket packet(
            RtpPacket rtp, long nowNs, Layers layers, boolean keyframe, byte[] descriptor, int skipped) {
        PacketBuffer packet = rtp.packet();
        byte[] data = new byte[rtp.payloadLength() - skipped];
        packet.getBytes(rtp.payloadOffset() + skipped, data, 0, data.length);
        return new RecordedPacket(
                nowNs,
                rtp.sequenceNumber(),
                rtp.timestamp(),
                layers.spatialId(),
                layers.temporalId(),
                keyframe,
                layers.interPicture(),
                layers.interLayer(),
                layers.switchingUp(),
                descriptor,
                data);
    }
}

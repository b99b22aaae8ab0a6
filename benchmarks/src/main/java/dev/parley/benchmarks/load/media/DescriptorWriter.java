package dev.parley.benchmarks.load.media;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Codec;

/**
 * Writes the payload descriptors that differ from sender to sender: VP8 (RFC 7741 §4.2) and VP9 in its non-flexible mode
 * (RFC 9628 §4.2). Allocates nothing; any thread.
 */
public final class DescriptorWriter {
    private static final int VP8_BYTES = 6;

    private DescriptorWriter() {}

    /**
     * Writes the descriptor of a packet.
     *
     * @param pictureId of 15 bits, one a picture
     * @param tl0PicIdx of 8 bits, one a picture of the lowest temporal layer
     * @return its length; 0 for codecs without one
     */
    public static int write(
            Codec codec,
            PacketBuffer target,
            int at,
            PacketizedEncoding encoding,
            int packet,
            int pictureId,
            int tl0PicIdx) {
        return switch (codec) {
            case VP8 -> vp8(target, at, encoding, packet, pictureId, tl0PicIdx);
            case VP9 -> vp9(target, at, encoding, packet, pictureId, tl0PicIdx);
            default -> 0;
        };
    }

    private static int vp8(
            PacketBuffer target, int at, PacketizedEncoding encoding, int packet, int pictureId, int tl0PicIdx) {
        EncodedFrame frame = encoding.frame(encoding.frameOf(packet));
        // X, and S at the start of the frame, whose partitions are sent as one.
        target.putU8(at, encoding.startsFrame(packet) ? 0x90 : 0x80);
        // I, L, T
        target.putU8(at + 1, 0xE0);
        target.putU16(at + 2, 0x8000 | pictureId & 0x7FFF);
        target.putU8(at + 4, tl0PicIdx);
        target.putU8(at + 5, frame.temporalId() << 6 | (frame.switchingUp() ? 0x20 : 0));
        return VP8_BYTES;
    }

    private static int vp9(
            PacketBuffer target, int at, PacketizedEncoding encoding, int packet, int pictureId, int tl0PicIdx) {
        EncodedFrame frame = encoding.frame(encoding.frameOf(packet));
        boolean starts = encoding.startsFrame(packet);
        int layers = encoding.encoding().spatialLayers();
        boolean structure = starts && frame.keyframe() && frame.spatialId() == 0;
        // I and L; P, B, E, V, Z as they are.
        int flags = 0xA0
                | (frame.interPicture() ? 0x40 : 0)
                | (starts ? 0x08 : 0)
                | (encoding.endsFrame(packet) ? 0x04 : 0)
                | (structure ? 0x02 : 0)
                | (frame.spatialId() == layers - 1 ? 0x01 : 0);
        target.putU8(at, flags);
        target.putU16(at + 1, 0x8000 | pictureId & 0x7FFF);
        int indices = frame.temporalId() << 5
                | (frame.switchingUp() ? 0x10 : 0)
                | frame.spatialId() << 1
                | (frame.interLayer() ? 1 : 0);
        target.putU8(at + 3, indices);
        target.putU8(at + 4, tl0PicIdx);
        return structure ? 5 + structure(target, at + 5, encoding.encoding(), layers) : 5;
    }

    /** N_S, Y and the sizes, each half of the one above; no picture group. */
    private static int structure(PacketBuffer target, int at, Encoding encoding, int layers) {
        target.putU8(at, layers - 1 << 5 | 0x10);
        for (int layer = 0; layer < layers; layer++) {
            int shift = layers - 1 - layer;
            target.putU16(at + 1 + 4 * layer, encoding.width() >> shift);
            target.putU16(at + 3 + 4 * layer, encoding.height() >> shift);
        }
        return 1 + 4 * layers;
    }
}

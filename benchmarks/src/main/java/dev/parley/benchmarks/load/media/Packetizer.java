package dev.parley.benchmarks.load.media;

import dev.parley.sfu.rtp.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a frame into the payloads of RTP packets, without the descriptors that are written anew for each sender. */
interface Packetizer {
    /** So large is what browsers put into a packet, descriptor included, in bytes. */
    int MAX_PAYLOAD_BYTES = 1_160;

    /** The payloads of a frame, in order; each at most {@code maxBytes}. */
    List<byte[]> packetize(EncodedFrame frame, int maxBytes);

    static Packetizer of(Codec codec) {
        return switch (codec) {
            case VP8, VP9 -> (frame, maxBytes) -> evenly(frame.data(), maxBytes);
            case H264 -> new H264Packetizer();
            case AV1 -> new Av1Packetizer();
            case OPUS, G722, PCMU, PCMA, RED -> (frame, maxBytes) -> List.of(frame.data());
            case RTX, ULPFEC, FLEXFEC -> throw new IllegalArgumentException(codec + " carries no media of its own");
        };
    }

    /** As few parts as fit, of equal size to within one byte and the larger ones last, as libwebrtc cuts. */
    static List<byte[]> evenly(byte[] data, int maxBytes) {
        int count = (data.length + maxBytes - 1) / maxBytes;
        List<byte[]> parts = new ArrayList<>(count);
        int at = 0;
        for (int i = 0; i < count; i++) {
            int size = (data.length - at) / (count - i);
            parts.add(Arrays.copyOfRange(data, at, at + size));
            at += size;
        }
        return parts;
    }
}

package dev.parley.benchmarks.clips;

import dev.parley.sfu.TrackSource;
import dev.parley.sfu.nativepeer.VideoSettings;
import dev.parley.sfu.rtp.Codec;
import java.util.List;

/**
 * Video to be recorded.
 *
 * @param bitratesBps the most for each layer, from the smallest; one for a single stream; with VP9 the first is for all
 */
record VideoPlan(String name, Codec codec, int widthPx, int heightPx, int framesPerSecond, List<Integer> bitratesBps) {
    /** As browsers' applications name simulcast layers: a quarter, a half and the full width. */
    static final List<String> RIDS = List.of("q", "h", "f");

    /** What bots play: as a browser's camera is sent, and smaller for the codec that takes the most time. */
    static final List<VideoPlan> ALL = List.of(
            new VideoPlan("vp8", Codec.VP8, 1_280, 720, 30, List.of(150_000, 400_000, 1_200_000)),
            new VideoPlan("vp9", Codec.VP9, 1_280, 720, 30, List.of(1_500_000, 1_500_000, 1_500_000)),
            new VideoPlan("h264", Codec.H264, 1_280, 720, 30, List.of(1_200_000)),
            new VideoPlan("av1", Codec.AV1, 640, 360, 30, List.of(400_000)));

    /** Where the width is in a VP8 keyframe, in 14 bits of two bytes (RFC 6386 §9.1). */
    private static final int VP8_WIDTH = 6;

    VideoPlan {
        bitratesBps = List.copyOf(bitratesBps);
    }

    int layers() {
        return bitratesBps.size();
    }

    /** Streams that they come in: VP9's layers share one. */
    int streams() {
        return codec == Codec.VP9 ? 1 : layers();
    }

    VideoSettings settings() {
        List<VideoSettings.Layer> layers = new java.util.ArrayList<>();
        for (int i = 0; i < layers(); i++) {
            layers.add(new VideoSettings.Layer(codec == Codec.VP9 ? 1 : 1 << (layers() - 1 - i), bitratesBps.get(i)));
        }
        return new VideoSettings(widthPx, heightPx, framesPerSecond, codec.encodingName(), layers, TrackSource.CAMERA);
    }

    /** The width of a keyframe's picture. */
    int width(byte[] keyframe) {
        return codec == Codec.VP8 ? (keyframe[VP8_WIDTH + 1] & 0x3F) << 8 | keyframe[VP8_WIDTH] & 0xFF : widthPx;
    }

    int heightOf(int width) {
        return heightPx * width / widthPx;
    }
}

package dev.parley.sfu.nativepeer;

import dev.parley.sfu.TrackSource;
import java.util.List;

/**
 * How video is published.
 *
 * @param widthPx larger pictures are scaled down to fit into this and {@code heightPx}, keeping their shape
 * @param framesPerSecond pictures that come faster are left out
 * @param codec {@code VP8}, {@code VP9}, {@code H264} or {@code AV1}
 * @param layers one for a single stream; several for simulcast, the largest last, which libwebrtc gives only as many of as
 *     the picture is large enough for: three from 960x540, two from 480x270. With VP9 they are spatial layers of one stream
 *     (SVC), each half the size of the next whatever they say, for which the first one's bitrate holds together
 * @param source what it shows, as the others are told
 */
public record VideoSettings(
        int widthPx, int heightPx, int framesPerSecond, String codec, List<Layer> layers, TrackSource source) {
    /**
     * One encoding.
     *
     * @param scaleDownBy how much smaller than the picture, 1 or more
     * @param maxBitrateBps the most it may take; 0 leaves it to libwebrtc
     */
    public record Layer(double scaleDownBy, int maxBitrateBps) {
        public Layer {
            if (!(scaleDownBy >= 1)) {
                throw new IllegalArgumentException("a layer is scaled down by 1 or more, got " + scaleDownBy);
            }
            if (maxBitrateBps < 0) {
                throw new IllegalArgumentException("a bitrate must not be negative, got " + maxBitrateBps);
            }
        }
    }

    public VideoSettings {
        layers = List.copyOf(layers);
        if (widthPx < 2 || heightPx < 2) {
            throw new IllegalArgumentException("video has at least 2x2 pixels, got " + widthPx + "x" + heightPx);
        }
        if (framesPerSecond < 1 || framesPerSecond > 120) {
            throw new IllegalArgumentException("video has 1 to 120 pictures a second, got " + framesPerSecond);
        }
        if (layers.isEmpty() || layers.size() > 3) {
            throw new IllegalArgumentException("video has one to three layers, got " + layers.size());
        }
        if (!List.of("VP8", "VP9", "H264", "AV1").contains(codec)) {
            throw new IllegalArgumentException("codec must be VP8, VP9, H264 or AV1, got " + codec);
        }
        if (layers.size() > 1 && codec.equals("AV1")) {
            throw new IllegalArgumentException("layers are for VP8, VP9 and H264, got " + codec);
        }
        if (codec.equals("VP9") && layers.size() > 1 && layers.stream().anyMatch(layer -> layer.scaleDownBy() > 1)) {
            throw new IllegalArgumentException(
                    "libwebrtc scales VP9's spatial layers itself: they are scaled down by 1");
        }
    }

    /** A camera's picture as one stream of VP8. */
    public static VideoSettings of(int widthPx, int heightPx, int framesPerSecond) {
        return new VideoSettings(
                widthPx, heightPx, framesPerSecond, "VP8", List.of(new Layer(1, 0)), TrackSource.CAMERA);
    }

    /** The same in another codec. */
    public VideoSettings codec(String other) {
        return new VideoSettings(widthPx, heightPx, framesPerSecond, other, layers, source);
    }

    /** The same at no more than this bitrate, as one stream. */
    public VideoSettings maxBitrateBps(int bitrateBps) {
        return new VideoSettings(widthPx, heightPx, framesPerSecond, codec, List.of(new Layer(1, bitrateBps)), source);
    }

    /** The same as three layers, each of half the width and height of the next. */
    public VideoSettings simulcast() {
        return new VideoSettings(
                widthPx,
                heightPx,
                framesPerSecond,
                codec,
                List.of(new Layer(4, 0), new Layer(2, 0), new Layer(1, 0)),
                source);
    }

    /** The same, shown as something else than a camera. */
    public VideoSettings source(TrackSource shown) {
        return new VideoSettings(widthPx, heightPx, framesPerSecond, codec, layers, shown);
    }
}

package dev.parley.benchmarks.load.media;

import java.util.List;

/**
 * One encoded stream of a clip: the only one, or one of those that a simulcast sender sends at once.
 *
 * @param rid its restriction identifier (RFC 8851), empty for an only one
 * @param width in pixels, of the highest spatial layer; 0 for audio
 * @param height in pixels
 * @param frames in the order of sending; the first is a keyframe
 */
public record Encoding(String rid, int width, int height, List<EncodedFrame> frames) {
    public Encoding {
        frames = List.copyOf(frames);
        if (frames.isEmpty() || !frames.getFirst().keyframe()) {
            throw new IllegalArgumentException("an encoding begins with a keyframe");
        }
        int before = 0;
        for (EncodedFrame frame : frames) {
            if (frame.timeTicks() < before) {
                throw new IllegalArgumentException("frames go on in time");
            }
            before = frame.timeTicks();
        }
    }

    public long bytes() {
        return frames.stream().mapToLong(frame -> frame.data().length).sum();
    }

    /** Spatial layers that its frames have. */
    public int spatialLayers() {
        return 1 + frames.stream().mapToInt(EncodedFrame::spatialId).max().orElse(0);
    }
}

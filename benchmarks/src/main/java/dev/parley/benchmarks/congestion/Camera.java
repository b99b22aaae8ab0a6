package dev.parley.benchmarks.congestion;

import java.util.Random;

/**
 * An encoder that follows a target: 30 frames a second whose sizes vary by a tenth (RFC 8593 §5), and a target that it
 * comes to 100 ms after it is told. Or a picture in layers, of which the best is sent that fits.
 *
 * @param minBps the least that it sends
 * @param maxBps the most that it sends
 * @param keyframe how many times the size of others a keyframe has, with which each change of layer begins
 * @param layersBps bit rates of simulcast layers, ascending; none for an encoder that takes any rate
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, compared by nobody.
record Camera(double minBps, double maxBps, double keyframe, double[] layersBps) {
    static final int FRAMES_PER_S = 30;
    static final long REACTION_NS = 100_000_000;
    private static final double DEVIATION = 0.1;

    /** An encoder that takes any rate. */
    Camera(double minBps, double maxBps) {
        this(minBps, maxBps, 1, new double[0]);
    }

    /** Layers of these rates, ascending. */
    static Camera layered(double keyframe, double... layersBps) {
        return new Camera(layersBps[0], layersBps[layersBps.length - 1], keyframe, layersBps);
    }

    boolean isLayered() {
        return layersBps.length > 0;
    }

    /** The rate to send at when the path has this for media. */
    double rate(double availableBps) {
        if (!isLayered()) {
            return Math.clamp(availableBps, minBps, maxBps);
        }
        double best = layersBps[0];
        for (double layer : layersBps) {
            best = layer <= availableBps ? layer : best;
        }
        return best;
    }

    /** What would be used of more than {@code allocatedBps}. */
    double nextStep(double allocatedBps) {
        for (double layer : layersBps) {
            if (layer > allocatedBps) {
                return layer;
            }
        }
        return maxBps;
    }

    int frameBytes(double bps, Random random) {
        double noise = Math.clamp(1 + DEVIATION * random.nextGaussian(), 0.5, 1.5);
        return (int) (bps / 8 / FRAMES_PER_S * noise);
    }
}

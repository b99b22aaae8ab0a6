package dev.parley.sfu.congestion;

/**
 * What the path was found to carry when it was full: mean and deviation of the rates at which packets arrived then
 * (draft-ietf-rmcat-gcc-02 §5.5; libwebrtc's LinkCapacityEstimator). Owned by the shard.
 */
final class LinkCapacity {
    private static final double SMOOTHING = 0.05;
    private static final double DEVIATIONS = 3;
    private static final double MIN_VARIANCE_KBPS = 0.4;
    private static final double MAX_VARIANCE_KBPS = 2.5;

    private double kbps = -1;
    /** Relative to the mean. */
    private double variance = MIN_VARIANCE_KBPS;

    /** The path is full while so much arrives. */
    void full(double rateBps) {
        double sample = rateBps / 1e3;
        kbps = kbps < 0 ? sample : (1 - SMOOTHING) * kbps + SMOOTHING * sample;
        double error = kbps - sample;
        variance = Math.clamp(
                (1 - SMOOTHING) * variance + SMOOTHING * error * error / Math.max(kbps, 1),
                MIN_VARIANCE_KBPS,
                MAX_VARIANCE_KBPS);
    }

    boolean isKnown() {
        return kbps >= 0;
    }

    double bps() {
        return kbps * 1e3;
    }

    /** Whether more arrives than the path was known to carry. */
    boolean isBelow(double rateBps) {
        return isKnown() && rateBps / 1e3 > kbps + deviation();
    }

    /** Whether a full path carries less than was known. */
    boolean isAbove(double rateBps) {
        return isKnown() && rateBps / 1e3 < kbps - deviation();
    }

    private double deviation() {
        return DEVIATIONS * Math.sqrt(variance * kbps);
    }

    void reset() {
        kbps = -1;
    }
}

package dev.parley.sfu.congestion;

/**
 * The rate at which packets arrive, as far as feedback tells: windows of 150 ms, weighed against what is known by how
 * certain they are (a Bayesian estimate, with libwebrtc's constants: BitrateEstimator). Owned by the shard.
 */
final class AcknowledgedRate {
    private static final long INITIAL_WINDOW_US = 500_000;
    private static final long WINDOW_US = 150_000;
    private static final double UNCERTAINTY = 10;
    /** While the application sends less than it may, a smaller sample says little. */
    private static final double UNCERTAINTY_WHEN_LIMITED = 20;

    /** More than what frames of different size make a window differ by. */
    private static final double FALLEN = 0.7;

    private static final double INITIAL_VARIANCE = 50;
    private static final double VARIANCE_GROWTH = 5;

    private long windowUs;
    private long lastUs = Long.MIN_VALUE;
    private int bytes;
    private double kbps = -1;
    private double latestKbps;
    private double variance = INITIAL_VARIANCE;
    private boolean limited;

    void applicationLimited(boolean nowLimited) {
        limited = nowLimited;
    }

    void add(long arrivalUs, int sizeBytes) {
        long window = kbps < 0 ? INITIAL_WINDOW_US : WINDOW_US;
        if (arrivalUs < lastUs) {
            bytes = 0;
            windowUs = 0;
        } else if (lastUs != Long.MIN_VALUE) {
            windowUs += arrivalUs - lastUs;
            if (arrivalUs - lastUs > window) {
                // After a pause, only what belongs to the window that has begun counts.
                bytes = 0;
                windowUs %= window;
            }
        }
        lastUs = arrivalUs;
        if (windowUs >= window) {
            sample(8e3 * bytes / window);
            windowUs -= window;
            bytes = 0;
        }
        bytes += sizeBytes;
    }

    private void sample(double sampleKbps) {
        latestKbps = sampleKbps;
        if (kbps < 0) {
            kbps = sampleKbps;
            return;
        }
        double scale = limited && sampleKbps < kbps ? UNCERTAINTY_WHEN_LIMITED : UNCERTAINTY;
        double uncertainty = scale * Math.abs(kbps - sampleKbps) / kbps;
        double sampleVariance = uncertainty * uncertainty;
        double predicted = variance + VARIANCE_GROWTH;
        kbps = Math.max(1, (sampleVariance * kbps + predicted * sampleKbps) / (sampleVariance + predicted));
        variance = sampleVariance * predicted / (sampleVariance + predicted);
    }

    boolean isKnown() {
        return kbps >= 0;
    }

    /** In bits per second; 0 while unknown. */
    double bps() {
        return Math.max(0, kbps) * 1e3;
    }

    /** The rate in the last window if it has fallen a lot, for whoever must not wait until it is certain; or {@link #bps}. */
    double leastBps() {
        return latestKbps < FALLEN * kbps ? latestKbps * 1e3 : bps();
    }

    void reset() {
        windowUs = 0;
        lastUs = Long.MIN_VALUE;
        bytes = 0;
        kbps = -1;
        variance = INITIAL_VARIANCE;
    }
}

package dev.parley.sfu.congestion;

/**
 * Finds out whether delays rise, by fitting a line through the smoothed delays of the last groups of packets, and by
 * comparing its slope with a threshold that adapts itself (draft-ietf-rmcat-gcc-02 §5.4; the line in place of the Kalman
 * filter is libwebrtc's, with its constants). Owned by the shard.
 */
final class DelayTrend {
    private static final int WINDOW = 20;
    private static final double SMOOTHING = 0.9;
    private static final double GAIN = 4.0;
    private static final int MAX_DELTAS = 60;

    /** draft-ietf-rmcat-gcc-02 §5.4: del_var_th(0). */
    private static final double INITIAL_THRESHOLD_MS = 12.5;

    private static final double MIN_THRESHOLD_MS = 6;
    private static final double MAX_THRESHOLD_MS = 600;
    /** K_u and K_d; libwebrtc's figures are smaller than the draft's 0.01 and 0.00018 made them, and act per ms. */
    private static final double THRESHOLD_UP = 0.0087;

    private static final double THRESHOLD_DOWN = 0.039;
    /** Greater steps do not move the threshold: a path that loses capacity at once must not be got used to. */
    private static final double MAX_ADAPT_MS = 15;

    private static final double MAX_ADAPT_INTERVAL_MS = 100;
    /** overuse_time_th. */
    private static final double OVERUSE_TIME_MS = 10;

    private final double[] arrivalsMs = new double[WINDOW];
    private final double[] delaysMs = new double[WINDOW];
    private int deltas;
    private int next;
    private long firstArrivalUs;
    private double accumulatedMs;
    private double smoothedMs;

    private double threshold = INITIAL_THRESHOLD_MS;
    private long adaptedUs = Long.MIN_VALUE;
    private double slope;
    private double overusingMs = -1;
    private int overuses;
    private PathUse use = PathUse.NORMAL;

    /** Takes how much later a group was sent and has arrived than the one before, and when it arrived. */
    void add(long sentDeltaUs, long arrivalDeltaUs, long arrivalUs) {
        if (deltas == 0) {
            firstArrivalUs = arrivalUs;
        }
        accumulatedMs += (arrivalDeltaUs - sentDeltaUs) / 1e3;
        smoothedMs = SMOOTHING * smoothedMs + (1 - SMOOTHING) * accumulatedMs;
        arrivalsMs[next] = (arrivalUs - firstArrivalUs) / 1e3;
        delaysMs[next] = smoothedMs;
        next = (next + 1) % WINDOW;
        deltas++;
        detect(deltas >= WINDOW ? fit() : slope, sentDeltaUs / 1e3, arrivalUs);
    }

    /** The slope of the line of least squares: milliseconds of delay a millisecond. */
    private double fit() {
        double meanArrival = 0;
        double meanDelay = 0;
        for (int i = 0; i < WINDOW; i++) {
            meanArrival += arrivalsMs[i];
            meanDelay += delaysMs[i];
        }
        meanArrival /= WINDOW;
        meanDelay /= WINDOW;
        double numerator = 0;
        double denominator = 0;
        for (int i = 0; i < WINDOW; i++) {
            double x = arrivalsMs[i] - meanArrival;
            numerator += x * (delaysMs[i] - meanDelay);
            denominator += x * x;
        }
        return denominator == 0 ? slope : numerator / denominator;
    }

    private void detect(double newSlope, double sentDeltaMs, long arrivalUs) {
        if (deltas < 2) {
            return;
        }
        double scaled = Math.min(deltas, MAX_DELTAS) * newSlope * GAIN;
        if (scaled > threshold) {
            // At first, half of the time since the last sample counts.
            overusingMs = overusingMs < 0 ? sentDeltaMs / 2 : overusingMs + sentDeltaMs;
            overuses++;
            if (overusingMs > OVERUSE_TIME_MS && overuses > 1 && newSlope >= slope) {
                overusingMs = 0;
                overuses = 0;
                use = PathUse.OVER;
            }
        } else {
            overusingMs = -1;
            overuses = 0;
            use = scaled < -threshold ? PathUse.UNDER : PathUse.NORMAL;
        }
        slope = newSlope;
        adapt(Math.abs(scaled), arrivalUs);
    }

    private void adapt(double magnitude, long arrivalUs) {
        double intervalMs = adaptedUs == Long.MIN_VALUE ? 0 : (arrivalUs - adaptedUs) / 1e3;
        adaptedUs = arrivalUs;
        if (magnitude > threshold + MAX_ADAPT_MS) {
            return;
        }
        double rate = magnitude < threshold ? THRESHOLD_DOWN : THRESHOLD_UP;
        double moved = threshold + rate * (magnitude - threshold) * Math.min(intervalMs, MAX_ADAPT_INTERVAL_MS);
        threshold = Math.clamp(moved, MIN_THRESHOLD_MS, MAX_THRESHOLD_MS);
    }

    PathUse use() {
        return use;
    }

    /** Milliseconds of delay that come on top in a second. */
    double msPerSecond() {
        return slope * 1e3;
    }

    void reset() {
        deltas = 0;
        next = 0;
        accumulatedMs = 0;
        smoothedMs = 0;
        threshold = INITIAL_THRESHOLD_MS;
        adaptedUs = Long.MIN_VALUE;
        slope = 0;
        overusingMs = -1;
        overuses = 0;
        use = PathUse.NORMAL;
    }
}

package dev.parley.sfu.congestion;

/**
 * Finds out whether the application sends much less than the estimate allows (libwebrtc's AlrDetector): a bucket fills at 65 %
 * of the estimate, and what is sent is taken from it. Owned by the shard.
 */
final class ApplicationLimit {
    private static final double USE = 0.65;
    private static final double BEGIN = 0.8;
    private static final double END = 0.5;
    private static final double WINDOW_S = 0.5;

    private double targetBytesPerS;
    private double budget;
    private long lastNs = Long.MIN_VALUE;
    private boolean limited;

    void estimate(double bps) {
        targetBytesPerS = bps * USE / 8;
        budget = Math.clamp(budget, -max(), max());
    }

    private double max() {
        return targetBytesPerS * WINDOW_S;
    }

    /** Whether much less is sent than might be, now that {@code bytes} have been since this was asked last. */
    boolean isLimited(long bytes, long nowNs) {
        budget = Math.max(-max(), budget - bytes);
        refill(nowNs);
        limited = limited ? budget >= END * max() : budget > BEGIN * max();
        return limited;
    }

    private void refill(long nowNs) {
        if (lastNs != Long.MIN_VALUE) {
            budget = Math.min(max(), budget + targetBytesPerS * (nowNs - lastNs) / 1e9);
        }
        lastNs = nowNs;
    }
}

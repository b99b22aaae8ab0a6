package dev.parley.signaling.session;

/** A token bucket: a lasting rate with a burst. Owned by one thread. */
public final class TokenBucket {
    private static final double NS_PER_SECOND = 1e9;

    private final double ratePerNs;
    private final double burst;
    private double tokens;
    private long refilledAtNs;

    public TokenBucket(double ratePerSecond, double burst, long nowNs) {
        this.ratePerNs = ratePerSecond / NS_PER_SECOND;
        this.burst = burst;
        this.tokens = burst;
        this.refilledAtNs = nowNs;
    }

    /** Takes a token if there is one. */
    public boolean tryTake(long nowNs) {
        refill(nowNs);
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    boolean isFull(long nowNs) {
        refill(nowNs);
        return tokens >= burst;
    }

    private void refill(long nowNs) {
        tokens = Math.min(burst, tokens + (nowNs - refilledAtNs) * ratePerNs);
        refilledAtNs = nowNs;
    }
}

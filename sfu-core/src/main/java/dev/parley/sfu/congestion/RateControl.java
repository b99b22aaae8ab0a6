package dev.parley.sfu.congestion;

/**
 * Raises the estimate while delays are steady, and lowers it when they rise (draft-ietf-rmcat-gcc-02 §5.5). Owned by the
 * shard.
 *
 * <p>Far from the capacity known it grows by 8 % a second, near it by about a packet each response time.
 */
final class RateControl {
    /** beta of §5.5. */
    private static final double DECREASE = 0.85;
    /** eta of §5.5. */
    private static final double INCREASE = 1.08;
    /** §5.5: the estimate stays below so much of what arrives. */
    private static final double MAX_OF_ARRIVING = 1.5;

    private static final double ABOVE_ARRIVING_BPS = 10_000;
    /** The detector's part of a response time, §5.5. */
    private static final double DETECTION_MS = 100;

    private static final double FRAME_S = 1.0 / 30;
    private static final double PACKET_BITS = 1_200 * 8;
    private static final double MIN_INCREASE_BPS_PER_S = 4_000;
    private static final long MIN_REDUCTION_INTERVAL_NS = 10_000_000;
    private static final long MAX_REDUCTION_INTERVAL_NS = 200_000_000;

    private final double minBps;
    private final double maxBps;
    private final LinkCapacity capacity = new LinkCapacity();
    private State state = State.HOLD;
    private double bps;
    private boolean contested;
    private long changedNs;
    private long rttNs = 100_000_000;

    private enum State {
        HOLD,
        INCREASE,
        DECREASE
    }

    RateControl(long startBps, long minBps, long maxBps) {
        this.bps = startBps;
        this.minBps = minBps;
        this.maxBps = maxBps;
    }

    void rtt(long newRttNs) {
        rttNs = newRttNs;
    }

    double bps() {
        return bps;
    }

    /** Whether others fill the path without giving way: then growing by packets would never bring a share of it. */
    void contested(boolean nowContested) {
        contested = nowContested;
    }

    /** Takes another estimate, such as a probe's. */
    void set(double newBps, long nowNs) {
        bps = Math.clamp(newBps, minBps, maxBps);
        changedNs = nowNs;
    }

    /**
     * Takes what the delays say.
     *
     * @param arrivingBps what arrives, 0 while unknown
     * @param mayIncrease false while the application sends so little that the path is not put to the test
     * @return whether the estimate was lowered
     */
    boolean update(PathUse use, double arrivingBps, boolean mayIncrease, long nowNs) {
        switch (use) {
            case OVER -> {
                if (!isTimeToReduce(arrivingBps, nowNs)) {
                    return false;
                }
                state = State.DECREASE;
            }
            case UNDER -> state = State.HOLD;
            case NORMAL -> {
                if (state == State.HOLD) {
                    changedNs = nowNs;
                    state = State.INCREASE;
                }
            }
        }
        return switch (state) {
            case HOLD -> false;
            case INCREASE -> {
                increase(arrivingBps, mayIncrease, nowNs);
                yield false;
            }
            case DECREASE -> decrease(arrivingBps, nowNs);
        };
    }

    /** A reduction takes a round trip to show; not so when far less arrives than was thought. */
    private boolean isTimeToReduce(double arrivingBps, long nowNs) {
        long interval = Math.clamp(rttNs, MIN_REDUCTION_INTERVAL_NS, MAX_REDUCTION_INTERVAL_NS);
        return nowNs - changedNs >= interval || arrivingBps < bps / 2;
    }

    private void increase(double arrivingBps, boolean mayIncrease, long nowNs) {
        if (capacity.isBelow(arrivingBps)) {
            capacity.reset();
        }
        double seconds = Math.min(1, (nowNs - changedNs) / 1e9);
        double limit = MAX_OF_ARRIVING * arrivingBps + ABOVE_ARRIVING_BPS;
        if (mayIncrease && bps < limit) {
            double step = capacity.isKnown() && !contested
                    ? nearCapacityBpsPerSecond() * seconds
                    : Math.max(1_000, (Math.pow(INCREASE, seconds) - 1) * bps);
            bps = Math.clamp(Math.min(bps + step, limit), minBps, maxBps);
        }
        changedNs = nowNs;
    }

    /** A packet of the mean size each response time: twice what §5.5 has, so that shares even out sooner. */
    private double nearCapacityBpsPerSecond() {
        double frameBits = bps * FRAME_S;
        double packetBits = frameBits / Math.ceil(frameBits / PACKET_BITS);
        double responseMs = rttNs / 1e6 + DETECTION_MS;
        return Math.max(MIN_INCREASE_BPS_PER_S, packetBits / responseMs * 1e3);
    }

    private boolean decrease(double arrivingBps, long nowNs) {
        state = State.HOLD;
        changedNs = nowNs;
        double before = bps;
        double lowered = arrivingBps > 0 ? DECREASE * arrivingBps : DECREASE * bps;
        if (lowered > bps && capacity.isKnown()) {
            // More arrived than was allowed, such as a keyframe's packets: what was known of the path holds.
            lowered = DECREASE * capacity.bps();
        }
        bps = Math.clamp(Math.min(bps, lowered), minBps, maxBps);
        if (arrivingBps > 0) {
            if (capacity.isAbove(arrivingBps)) {
                capacity.reset();
            }
            capacity.full(arrivingBps);
        }
        return bps < before;
    }
}

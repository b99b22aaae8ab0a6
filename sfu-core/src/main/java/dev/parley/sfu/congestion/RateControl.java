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
    /** §5.5 has 1.5; what is not sent is not known to be carried, and probes find out sooner. */
    private static final double MAX_OF_ARRIVING = 1.25;

    private static final double ABOVE_ARRIVING_BPS = 10_000;
    /** The detector's part of a response time, §5.5. */
    private static final double DETECTION_MS = 100;

    /**
     * Half a packet in §5.5. With so many a full path fills its queue every two or three seconds, which is emptied at once, and
     * flows that share it come to equal shares before a probe of one of them undoes it (docs/congestion.md).
     */
    private static final double PACKETS_PER_RESPONSE = 3;

    /** A few packets are half of a narrow path a second, which is more than its queue shows in time. */
    private static final double MAX_NEAR_CAPACITY_PER_S = 0.2;

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

    /** Packets of the mean size each response time. */
    private double nearCapacityBpsPerSecond() {
        double frameBits = bps * FRAME_S;
        double packetBits = frameBits / Math.ceil(frameBits / PACKET_BITS);
        double responseMs = rttNs / 1e6 + DETECTION_MS;
        double byPackets = PACKETS_PER_RESPONSE * packetBits / responseMs * 1e3;
        return Math.max(MIN_INCREASE_BPS_PER_S, Math.min(byPackets, MAX_NEAR_CAPACITY_PER_S * bps));
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

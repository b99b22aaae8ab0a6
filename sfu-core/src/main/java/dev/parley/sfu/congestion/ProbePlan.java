package dev.parley.sfu.congestion;

/**
 * Decides when to try more than the estimate, and how much more (libwebrtc's ProbeController). Owned by the shard.
 *
 * <p>A forwarding server sends what its publishers send, so the estimate alone would never tell that a higher layer would
 * fit. But nothing is probed that nobody has use for: a probe costs the subscriber's queue a moment of delay.
 */
final class ProbePlan {
    static final long NONE = 0;
    /** Probes that may be asked for at one time: the first two. */
    static final int AT_ONCE = 2;

    /** Of the start estimate: libwebrtc's two first probes. */
    private static final int START_FACTOR = 3;

    private static final int SECOND_START_FACTOR = 6;
    private static final long START_INTERVAL_NS = 500_000_000;

    private static final double FURTHER_FACTOR = 1.5;
    /** After a probe that has arrived: a link that has become wide is found in few steps (libwebrtc's factor). */
    private static final double AFTER_SUCCESS_FACTOR = 2;

    /** A probe measured at so much of its rate is followed by another. */
    private static final double FURTHER_THRESHOLD = 0.7;
    /** What is wanted is probed with a margin: media comes in bursts, and not every dip shall cost somebody the picture. */
    private static final double MARGIN = 1.5;
    /** What a probe may reach for at once, of the estimate. */
    private static final double MAX_REACH = 3;

    private static final long MIN_RESULT_NS = 50_000_000;
    /** Before an allocation has told: libwebrtc's kDefaultMaxProbingBitrate. */
    private static final double UNASKED_MAX_BPS = 5_000_000;

    private static final long RESULT_TIMEOUT_NS = 1_000_000_000;
    private static final long PERIOD_NS = 4_000_000_000L;
    /** The same while there is use for much more than the estimate. */
    private static final long HUNGRY_PERIOD_NS = 1_500_000_000;

    private static final double HUNGRY = 0.5;
    /** A probe of 50 ms at less is too few packets to tell anything, and at so much is next to nothing. */
    private static final double MIN_PROBE_BPS = 300_000;

    private static final long ALLOCATION_INTERVAL_NS = 1_000_000_000;

    /** A fall to below so much may have been for a moment. */
    private static final double LARGE_DROP = 0.66;

    private static final double PROBE_AFTER_DROP = 0.85;
    /** Where the drop was for good, this is what the probe puts into the queue. */
    private static final double MAX_AFTER_DROP = 2;

    private static final long AFTER_DROP_NS = 5_000_000_000L;

    private double nextStepBps;
    private double maxBps = UNASKED_MAX_BPS;
    private boolean started;
    private boolean wantsMore;
    private boolean secondStart;

    private double probeBps;
    private long probedNs = Long.MIN_VALUE / 2;
    private boolean waiting;
    private ProbeReason reason = ProbeReason.START;

    private double estimateBps;
    private double beforeDropBps;
    /** The highest estimate of the last while. */
    private double peakBps;

    private long peakNs = Long.MIN_VALUE / 2;
    private long droppedNs = Long.MIN_VALUE / 2;

    /** What the allocation has use for. */
    void wanted(double newNextStepBps, double newMaxBps) {
        wantsMore |= newMaxBps > maxBps;
        nextStepBps = newNextStepBps;
        maxBps = newMaxBps;
    }

    /** The estimate is this now. */
    void estimate(double bps, long nowNs) {
        if (bps >= peakBps || nowNs - peakNs > AFTER_DROP_NS) {
            peakBps = bps;
            peakNs = nowNs;
        }
        if (bps < LARGE_DROP * peakBps) {
            droppedNs = nowNs;
            beforeDropBps = peakBps;
            peakBps = bps;
            peakNs = nowNs;
        }
        estimateBps = bps;
    }

    /**
     * The rate to probe at now, or {@link #NONE}.
     *
     * @param steady whether delays and losses are such that more may be tried
     */
    long next(boolean steady, long nowNs) {
        if (maxBps <= 0 || !started && estimateBps <= 0) {
            return NONE;
        }
        if (waiting && nowNs - probedNs > RESULT_TIMEOUT_NS) {
            waiting = false;
            secondStart = false;
        }
        if (!started && nowNs - probedNs >= START_INTERVAL_NS) {
            started = true;
            secondStart = true;
            return start(START_FACTOR * estimateBps, nowNs);
        }
        if (secondStart) {
            secondStart = false;
            return start(SECOND_START_FACTOR / (double) START_FACTOR * probeBps, nowNs);
        }
        if (!started || !steady || estimateBps >= MARGIN * maxBps) {
            return NONE;
        }
        if (waiting) {
            return further(nowNs);
        }
        return unasked(nowNs);
    }

    private long further(long nowNs) {
        // A probe as high as anything is of use is the last, and one that has only been asked for has found nothing
        // yet.
        boolean isLast = probeBps >= MARGIN * maxBps || nowNs - probedNs < MIN_RESULT_NS;
        if (isLast || !hasFoundMore()) {
            return NONE;
        }
        waiting = false;
        return probe(ProbeReason.FURTHER, Math.max(MIN_PROBE_BPS, AFTER_SUCCESS_FACTOR * estimateBps), nowNs);
    }

    /** Whether the estimate is too small for most pictures: then a probe takes little from anybody. */
    boolean isStarved() {
        return estimateBps < Math.min(MIN_PROBE_BPS, maxBps);
    }

    /** Whether the probe under way has arrived: then a fall before it is over, and where the limit is now is not known yet. */
    boolean hasFoundMore() {
        return waiting && estimateBps > FURTHER_THRESHOLD * probeBps;
    }

    private long unasked(long nowNs) {
        long sinceNs = nowNs - probedNs;
        double afterDrop = Math.min(PROBE_AFTER_DROP * beforeDropBps, MAX_AFTER_DROP * estimateBps);
        if (nowNs - droppedNs < AFTER_DROP_NS && sinceNs > ALLOCATION_INTERVAL_NS && afterDrop > estimateBps) {
            droppedNs = nowNs - AFTER_DROP_NS;
            return probe(ProbeReason.AFTER_DROP, afterDrop, nowNs);
        }
        if (wantsMore && sinceNs > ALLOCATION_INTERVAL_NS) {
            return probe(ProbeReason.ALLOCATION, reach(), nowNs);
        }
        long periodNs = estimateBps < HUNGRY * maxBps ? HUNGRY_PERIOD_NS : PERIOD_NS;
        return sinceNs > periodNs ? probe(ProbeReason.PERIODIC, reach(), nowNs) : NONE;
    }

    /** There was nothing to make the probe of, as before the first picture: it has found nothing. */
    void givenUp() {
        started &= reason != ProbeReason.START;
        secondStart = false;
        waiting = false;
    }

    /** Half as much again as the estimate; more when the next step is within reach, which less would not decide. */
    private double reach() {
        double step = MARGIN * nextStepBps;
        double further = Math.max(MIN_PROBE_BPS, FURTHER_FACTOR * estimateBps);
        return step > further && step <= MAX_REACH * estimateBps ? step : further;
    }

    /** Further than there is use for now: what is found once serves those who come later, and nobody is paused for a guess. */
    private long start(double bps, long nowNs) {
        return probe(ProbeReason.START, Math.min(bps, UNASKED_MAX_BPS), nowNs);
    }

    private long probe(ProbeReason why, double bps, long nowNs) {
        double limited = why == ProbeReason.START ? bps : Math.min(bps, MARGIN * maxBps);
        if (limited <= estimateBps) {
            return NONE;
        }
        wantsMore = false;
        waiting = true;
        probedNs = nowNs;
        probeBps = limited;
        reason = why;
        return (long) limited;
    }

    /** Why the probe of {@link #next} is sent. */
    ProbeReason reason() {
        return reason;
    }

    /** Begins as at the start. */
    void reset() {
        started = false;
        secondStart = false;
        waiting = false;
        probedNs = Long.MIN_VALUE / 2;
        droppedNs = Long.MIN_VALUE / 2;
        peakBps = 0;
        estimateBps = 0;
    }
}

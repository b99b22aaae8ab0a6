package dev.parley.sfu.congestion;

/**
 * Finds the rate that explains the losses seen: below it a path loses some share whatever is sent, above it what is too
 * much, as well. Of a few candidates the likeliest is taken, with a bias to the higher ones. In the manner of libwebrtc's
 * LossBasedBweV2, whose constants it has; owned by the shard.
 *
 * <p>So a radio link that loses a few percent by itself keeps its rate, and a queue that overflows loses it.
 */
final class LossControl {
    /** Less than a packet in fifty is no sign of a full queue. */
    private static final double QUIET_LOSS = 0.02;

    private static final double[] CANDIDATE_FACTORS = {1.02, 1.0, 0.95};
    private static final int MAX_CANDIDATES = CANDIDATE_FACTORS.length + 2;
    private static final int MIN_OBSERVATIONS = 3;

    private static final double INITIAL_INHERENT_LOSS = 0.01;
    private static final double MIN_INHERENT_LOSS = 1e-3;
    private static final double MAX_INHERENT_LOSS = 0.05;
    /** Slow paths may lose more by themselves: so much over the rate comes on top. */
    private static final double INHERENT_LOSS_BPS = 100_000;

    private static final double NEWTON_STEP = 0.75;
    private static final double BIAS = 0.0002;
    private static final double LOG_BIAS = 0.02;
    private static final double BIAS_UP_TO_LOSS = 0.2;
    private static final double BIAS_SMOOTHING = 0.002;

    private static final double BOUND_FROM_LOSS = 0.05;
    private static final double BOUND_BPS = 100_000;
    private static final double RAMP_UP = 1.5;
    private static final double RAMP_UP_IN_HOLD = 1.2;
    private static final double HOLD_THRESHOLD = 1.3;
    private static final double MAX_INCREASE = 1.3;
    private static final long INCREASE_WINDOW_US = 300_000;
    private static final long INITIAL_HOLD_US = 300_000;
    private static final long MAX_HOLD_US = 60_000_000;

    private final double minBps;
    private final double maxBps;
    private final LossObservations observations = new LossObservations();

    private double bestBps = Double.NaN;
    private double inherentLoss = INITIAL_INHERENT_LOSS;
    private double delayBps;
    private double acknowledgedBps;
    private double resultBps;
    private State state = State.DELAY_BASED;

    private double windowLimitBps = Double.POSITIVE_INFINITY;
    private long windowUs = Long.MIN_VALUE;
    private long holdUntilUs = Long.MIN_VALUE;
    private long holdUs = INITIAL_HOLD_US;
    private double holdBps = Double.POSITIVE_INFINITY;

    private final double[] derivatives = new double[2];

    /** What limits the estimate. */
    enum State {
        DELAY_BASED,
        INCREASING,
        DECREASING
    }

    LossControl(long minBps, long maxBps) {
        this.minBps = minBps;
        this.maxBps = maxBps;
    }

    /** Takes a feedback, beside the estimate made from delays and the rate at which packets arrive, 0 while unknown. */
    void update(PacketResults results, double newDelayBps, double newAcknowledgedBps, boolean applicationLimited) {
        delayBps = newDelayBps;
        acknowledgedBps = newAcknowledgedBps;
        if (!observations.add(results)) {
            return;
        }
        if (Double.isNaN(bestBps)) {
            bestBps = delayBps;
            resultBps = delayBps;
        }
        double before = bestBps;
        double candidate = likeliest(applicationLimited);
        if (observations.lossShare() > inherentLoss && candidate > before) {
            candidate = before;
        }
        if (isLimiting()) {
            candidate = boundIncrease(candidate, before);
        }
        double bounded = Math.max(lowerBound(), Math.min(candidate, Math.min(upperBound(), delayBps)));
        if (bounded < candidate) {
            bestBps = bounded;
            inherentLoss = 0;
        } else {
            bestBps = Math.max(candidate, lowerBound());
        }
        settle(bounded);
    }

    /** The best of the candidates; its inherent loss becomes the one assumed. */
    private double likeliest(boolean applicationLimited) {
        double limit = Math.max(bestBps, isLimiting() ? Math.min(maxBps, windowLimitBps) : maxBps);
        double best = bestBps;
        double bestLoss = inherentLoss;
        double bestObjective = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < MAX_CANDIDATES; i++) {
            double candidate = Math.min(limit, candidate(i, applicationLimited));
            if (candidate > 0) {
                double loss = newton(candidate, feasible(inherentLoss, candidate));
                double objective = objective(candidate, loss);
                if (objective > bestObjective) {
                    bestObjective = objective;
                    best = candidate;
                    bestLoss = loss;
                }
            }
        }
        inherentLoss = bestLoss;
        return best;
    }

    /** 0 for none. */
    private double candidate(int index, boolean applicationLimited) {
        if (index < CANDIDATE_FACTORS.length) {
            return CANDIDATE_FACTORS[index] * bestBps;
        }
        if (index == CANDIDATE_FACTORS.length) {
            return applicationLimited ? 0 : acknowledgedBps;
        }
        return delayBps > bestBps ? delayBps : 0;
    }

    private double boundIncrease(double candidate, double before) {
        double bounded = candidate;
        if (windowUs != Long.MIN_VALUE && windowUs + INCREASE_WINDOW_US > observations.lastSentUs()) {
            bounded = Math.min(bounded, windowLimitBps);
        }
        if (isIncreasing(before, bounded) && acknowledgedBps > 0) {
            double factor = acknowledgedBps < HOLD_THRESHOLD * holdBps && holdBps < Double.POSITIVE_INFINITY
                    ? RAMP_UP_IN_HOLD
                    : RAMP_UP;
            bounded = Math.max(before, Math.min(bounded, factor * acknowledgedBps));
            if (state == State.DECREASING && bounded == before) {
                bounded = before + 1;
            }
        }
        return bounded;
    }

    private boolean isLimiting() {
        return state != State.DELAY_BASED;
    }

    private boolean isIncreasing(double from, double to) {
        return isLimiting() && (from < to || from == to && state == State.INCREASING);
    }

    private void settle(double bounded) {
        long nowUs = observations.lastSentUs();
        boolean limits = bounded < delayBps && bounded < maxBps;
        if (state == State.DECREASING && holdUntilUs > nowUs && bounded < delayBps) {
            holdBps = Math.max(lowerBound(), holdBps);
            resultBps = Math.min(holdBps, bounded);
            return;
        }
        if (limits && isIncreasing(resultBps, bounded)) {
            state = State.INCREASING;
        } else if (limits) {
            if (state != State.DECREASING) {
                holdUntilUs = nowUs + holdUs;
                holdUs = Math.min(MAX_HOLD_US, 2 * holdUs);
                holdBps = bounded;
            }
            state = State.DECREASING;
        } else {
            holdUntilUs = Long.MIN_VALUE;
            holdUs = INITIAL_HOLD_US;
            holdBps = Double.POSITIVE_INFINITY;
            state = State.DELAY_BASED;
        }
        resultBps = bounded;
        if (isLimiting() && (windowUs == Long.MIN_VALUE || windowUs + INCREASE_WINDOW_US < nowUs)) {
            windowLimitBps = Math.max(minBps, bestBps * MAX_INCREASE);
            windowUs = nowUs;
        }
    }

    private double lowerBound() {
        return Math.max(minBps, acknowledgedBps);
    }

    /** However likely a rate is: heavy loss forbids high ones. */
    private double upperBound() {
        double excess = observations.lossShare() - BOUND_FROM_LOSS;
        return excess > 0 ? BOUND_BPS / excess : maxBps;
    }

    // --- likelihood -----------------------------------------------------------------------------------------------

    private static double feasible(double loss, double bps) {
        return Math.clamp(loss, MIN_INHERENT_LOSS, Math.min(1, MAX_INHERENT_LOSS + INHERENT_LOSS_BPS / bps));
    }

    /** How likely a byte sent at {@code rateBps} is lost on a path of this kind. */
    private static double lossProbability(double loss, double limitBps, double rateBps) {
        double probability = rateBps > limitBps ? loss + (1 - loss) * (rateBps - limitBps) / rateBps : loss;
        return Math.clamp(probability, 1e-6, 1 - 1e-6);
    }

    /** One step towards the inherent loss that explains the observations best, if the path's rate were this. */
    private double newton(double bps, double loss) {
        derive(bps, loss);
        return feasible(loss - NEWTON_STEP * derivatives[0] / derivatives[1], bps);
    }

    private void derive(double bps, double loss) {
        double first = 0;
        double second = 0;
        for (int i = 0; i < observations.held(); i++) {
            double p = lossProbability(loss, bps, observations.rateBps(i));
            double lost = observations.lostKiloBytes(i);
            double arrived = observations.kiloBytes(i) - lost;
            first += observations.weight(i) * (lost / p - arrived / (1 - p));
            second -= observations.weight(i) * (lost / (p * p) + arrived / ((1 - p) * (1 - p)));
        }
        derivatives[0] = first;
        derivatives[1] = Math.min(second, -1e-6);
    }

    private double objective(double bps, double loss) {
        double kbps = bps / 1e3;
        double bias = biased(BIAS) * kbps + biased(LOG_BIAS) * Math.log(1 + kbps);
        double objective = 0;
        for (int i = 0; i < observations.held(); i++) {
            double p = lossProbability(loss, bps, observations.rateBps(i));
            double lost = observations.lostKiloBytes(i);
            double arrived = observations.kiloBytes(i) - lost;
            objective += observations.weight(i)
                    * (lost * Math.log(p) + arrived * Math.log(1 - p) + bias * observations.kiloBytes(i));
        }
        return objective;
    }

    private double biased(double factor) {
        double distance = BIAS_UP_TO_LOSS - observations.lossShare();
        return factor * distance / (BIAS_SMOOTHING + Math.abs(distance));
    }

    /** A probe has arrived at this rate: while next to nothing is lost, it is what losses before it were not about. */
    void found(double bps) {
        if (isLimiting() && bps > resultBps && observations.lossShare() < QUIET_LOSS) {
            bestBps = bps;
            resultBps = bps;
            windowLimitBps = Math.max(windowLimitBps, bps);
            holdUntilUs = Long.MIN_VALUE;
            holdUs = INITIAL_HOLD_US;
            holdBps = Double.POSITIVE_INFINITY;
            state = State.INCREASING;
        }
    }

    // --- result ---------------------------------------------------------------------------------------------------

    boolean isReady() {
        return !Double.isNaN(bestBps) && observations.count() >= MIN_OBSERVATIONS;
    }

    /** What losses allow, at most what delays do; positive infinity while it is too early to say. */
    double bps() {
        return isReady() ? resultBps : Double.POSITIVE_INFINITY;
    }

    State state() {
        return isReady() ? state : State.DELAY_BASED;
    }

    /** The rate at which packets were sent lately, in bits per second. */
    double sendingBps() {
        return observations.newestRateBps();
    }

    /** Share of bytes lost lately. */
    double lossShare() {
        return observations.lossShare();
    }

    void reset() {
        observations.reset();
        bestBps = Double.NaN;
        inherentLoss = INITIAL_INHERENT_LOSS;
        state = State.DELAY_BASED;
        windowLimitBps = Double.POSITIVE_INFINITY;
        windowUs = Long.MIN_VALUE;
        holdUntilUs = Long.MIN_VALUE;
        holdUs = INITIAL_HOLD_US;
        holdBps = Double.POSITIVE_INFINITY;
    }
}

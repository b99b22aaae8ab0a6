package dev.parley.sfu.congestion;

/**
 * The estimate made from delays: packets that take longer and longer say that more is sent than the way carries
 * (draft-ietf-rmcat-gcc-02 §5). Owned by the shard.
 *
 * <p>Beyond the draft, a queue that has filled is emptied at once: 85 % of what arrives would take two seconds for a queue
 * of 300 ms. So while packets still wait, the estimate is lowered by as much as empties the queue in about
 * {@value #DRAIN_MS} ms, and goes back to what the way carries when it is empty.
 */
final class DelayControl {
    private static final double DRAIN_MS = 600;
    private static final double MIN_DRAIN_FACTOR = 0.4;
    /** A queue of so much that does not shrink is too much, however slowly it has grown. */
    private static final double MAX_QUEUE_MS = 60;
    /** A queue of so little is none: the clock of the feedback has 250 µs, and turns of the loop take some time. */
    private static final double DRAINED_MS = 10;
    /** On a slow way, what is sent takes its time without any queue: that of two packets comes on top. */
    private static final double SERIALISED_BITS = 2 * 1_200 * 8;

    private static final double MAX_DRAINED_MS = 50;
    private static final double MAX_SERIALISATION_MS = 80;
    /**
     * Somebody else fills the queue if it is as long as before though for so long less was sent than arrived: giving way
     * further would be giving up.
     */
    private static final long PATIENCE_NS = 600_000_000;

    /** Whoever sends does not follow the estimate: lowering it further would only make it untrue. */
    private static final long MAX_DRAIN_NS = 2_000_000_000;

    /** A queue that comes with a probe is the probe's, which has just told what the way carries, however little else is sent. */
    private static final long FOUND_NS = 500_000_000;

    /**
     * While little is sent, what arrives says little of what the way carries: delays have to rise for so long before it
     * counts.
     */
    private static final long CONVINCING_NS = 400_000_000;

    /** So much of the estimate is little: as in {@link ApplicationLimit}, which needs half a second to notice. */
    private static final double LITTLE = 0.65;

    /**
     * Of an estimate that is not used up so much is taken to be carried, at least: a window in which little arrives may be one
     * in which little was sent.
     */
    private static final double MAX_FALL = 0.5;

    private static final double NOT_ALL = 0.85;
    /** Delays that have not risen for so long begin to rise anew. */
    private static final long CALM_NS = 1_000_000_000;

    /** What is known of the way from before a fall is of use for so long. */
    private static final long FALL_NS = 2_000_000_000;
    /**
     * What waited in a queue comes at the rate of the narrowest link, or at the share that others leave of it. What comes so
     * much faster than was sent before has been kept by something else.
     */
    private static final double FASTER = 2;

    private static final double SHRINKING = 0.9;
    private static final long SETTLED_NS = 600_000_000;

    private static final double SHRUNK = 0.8;
    private static final double BELOW = 1.1;
    /** Who sends so much more than the queue is to be emptied with, as what waits in the pacer must go, fills it by himself. */
    private static final double OVERDRAWN = 1.25;
    /** For so long, only the trend of the delay counts, as the draft has it; its threshold adapts to such neighbours. */
    private static final long SHARED_NS = 10_000_000_000L;
    /** Nothing has been sent for so long that what was learned of delays is of no use: libwebrtc's kStreamTimeOut. */
    private static final long PAUSE_NS = 2_000_000_000;

    private final PacketGroups groups = new PacketGroups();
    private final DelayTrend trend = new DelayTrend();
    private final QueueDelay queue = new QueueDelay();
    private final DeliveryRate delivery = new DeliveryRate();
    private final RateControl rate;
    private long feedbackNs = Long.MIN_VALUE;
    private long drainingSinceNs;
    private double drainingFromMs;
    private long loweredNs;
    private long emptySinceNs;
    private double arrivingBps;
    private double sendingBps;
    /** What the last probe has found. */
    private double foundBps;

    private long foundNs = Long.MIN_VALUE / 2;
    private double beforeFallBps;
    private long fellNs = Long.MIN_VALUE / 2;
    private long overSinceNs;
    private long overNs = Long.MIN_VALUE / 2;
    /** Until then the queue is taken for somebody else's. */
    private long sharedUntilNs = Long.MIN_VALUE;

    private long nowNs;
    private long drainingFromNs;
    private long mayDrainNs = Long.MIN_VALUE;
    private boolean probing;
    private boolean draining;
    private boolean lowered;
    private boolean drained;
    private boolean restored;
    private boolean wasOver;

    DelayControl(long startBps, long minBps, long maxBps) {
        rate = new RateControl(startBps, minBps, maxBps);
    }

    /**
     * Takes a feedback.
     *
     * @param acknowledged the rate at which packets arrive
     * @param newSendingBps the rate at which they were sent
     * @param applicationLimited whether so little is sent that steady delays say nothing of more
     * @param probedBps what probes that this feedback completes have found, or 0
     * @param probeLimitBps what one of them has found to be all that the way carries, or infinity
     */
    void update(
            PacketResults results,
            AcknowledgedRate acknowledged,
            double newSendingBps,
            boolean applicationLimited,
            double probedBps,
            double probeLimitBps,
            long now) {
        if (feedbackNs != Long.MIN_VALUE && now - feedbackNs > PAUSE_NS) {
            groups.reset();
            trend.reset();
        }
        feedbackNs = now;
        nowNs = now;
        probing = false;
        for (int i = 0; i < results.count(); i++) {
            probing |= results.cluster(i) != 0;
            if (groups.add(results.sentUs(i), results.arrivalUs(i))) {
                trend.add(groups.sentDeltaUs(), groups.arrivalDeltaUs(), results.arrivalUs(i));
            }
        }
        queue.add(results);
        delivery.add(results, queue.leastUs());
        sendingBps = newSendingBps;
        rate.contested(now < sharedUntilNs);
        // While packets wait, what arrives is what the way carries, at any moment.
        arrivingBps = isFull() && !isSettled() ? acknowledged.leastBps() : acknowledged.bps();
        emptySinceNs = queue.ms() < emptyMs() ? emptySinceNs : now;
        PathUse use = confirmed(use());
        if (probedBps > rate.bps() && use != PathUse.OVER) {
            rate.set(probedBps, now);
        } else if (applicationLimited && probeLimitBps < rate.bps()) {
            // Nothing else would tell before somebody is sent more than the way carries.
            rate.set(Math.max(probeLimitBps, arrivingBps), now);
        }
        if (probedBps > 0) {
            foundBps = probedBps;
            foundNs = now;
        }
        if (use == PathUse.OVER) {
            overSinceNs = now - overNs > CALM_NS ? now : overSinceNs;
            overNs = now;
        }
        double beforeBps = rate.bps();
        lowered = rate.update(use, carriedBps(use, applicationLimited), !applicationLimited, now);
        if (lowered) {
            beforeFallBps = now - fellNs > FALL_NS ? beforeBps : Math.max(beforeBps, beforeFallBps);
            fellNs = now;
        }
        drain();
        restore();
    }

    /** What the way carries, for all that is known. */
    private double carriedBps(PathUse use, boolean applicationLimited) {
        if (use != PathUse.OVER) {
            return arrivingBps;
        }
        if (delivery.isKnown()) {
            return delivery.bps();
        }
        boolean little = applicationLimited || sendingBps < LITTLE * rate.bps();
        double knownBps = little ? knownBps(nowNs) : hasRoom() ? MAX_FALL * rate.bps() : 0;
        return Math.max(arrivingBps, knownBps);
    }

    /** One feedback alone may be of a moment in which the receiver did not run; a queue is there in the next one, too. */
    private PathUse confirmed(PathUse use) {
        boolean first = use == PathUse.OVER && !wasOver;
        wasOver = use == PathUse.OVER;
        return first ? PathUse.UNDER : use;
    }

    /** Takes a fall back when packets that had waited came far faster than a way with so little room could let them. */
    private void restore() {
        restored = false;
        boolean wasNoQueue = queue.drainedBps() > FASTER * beforeFallBps;
        if (wasNoQueue && nowNs - fellNs < FALL_NS && beforeFallBps > rate.bps()) {
            rate.set(beforeFallBps, nowNs);
            draining = false;
            restored = true;
        } else if (drained) {
            // It was one: the next fall is another matter, and the rate before this one was too much.
            fellNs = Long.MIN_VALUE / 2;
        }
    }

    /** What the way carries for all that is known, while too little is sent to tell. */
    private double knownBps(long now) {
        if (now - foundNs < FOUND_NS) {
            return foundBps;
        }
        boolean convincing = isFull() || now - overSinceNs >= CONVINCING_NS;
        return convincing ? MAX_FALL * rate.bps() : rate.bps();
    }

    private void drain() {
        boolean wasDraining = draining;
        loweredNs = lowered ? nowNs : loweredNs;
        if (lowered && !draining && !queue.isHeldBack() && nowNs >= sharedUntilNs && nowNs >= mayDrainNs) {
            drainingFromNs = nowNs;
            waitForQueue();
            draining = true;
        }
        draining &= queue.ms() >= DRAINED_MS;
        drained = wasDraining && !draining;
        if (draining && nowNs - drainingFromNs >= MAX_DRAIN_NS) {
            draining = false;
            mayDrainNs = nowNs + MAX_DRAIN_NS;
        }
        if (draining && (sendingBps > BELOW * arrivingBps || sendingBps > OVERDRAWN * bps())) {
            waitForQueue();
        } else if (draining && nowNs - drainingSinceNs >= PATIENCE_NS) {
            if (queue.ms() > SHRUNK * drainingFromMs) {
                draining = false;
                sharedUntilNs = nowNs + SHARED_NS;
            }
            waitForQueue();
        }
    }

    private void waitForQueue() {
        drainingSinceNs = nowNs;
        drainingFromMs = queue.ms();
    }

    /** What may be sent now, in bits per second. */
    double bps() {
        return draining ? rate.bps() * Math.max(MIN_DRAIN_FACTOR, 1 - queue.ms() / DRAIN_MS) : rate.bps();
    }

    /** What may be sent once queues are empty. */
    double steadyBps() {
        return rate.bps();
    }

    /** Whether the last feedback has lowered the estimate. */
    boolean isLowered() {
        return lowered;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether the last feedback has shown that a fall had no reason. */
    boolean isRestored() {
        return restored;
    }

    /** Whether the last feedback has told that the queue is empty again. */
    boolean isDrained() {
        return drained;
    }

    /** Packets that wait for no longer wait in no queue. */
    private double emptyMs() {
        return Math.min(MAX_DRAINED_MS, DRAINED_MS + serialisationMs());
    }

    /** Whether a fall is so old that the smoothed rate has followed: then the least of many windows is no news but noise. */
    private boolean isSettled() {
        return draining && nowNs - drainingFromNs >= SETTLED_NS;
    }

    /** Whether less was sent lately than the estimate allows. */
    private boolean hasRoom() {
        return sendingBps < NOT_ALL * rate.bps();
    }

    private double serialisationMs() {
        return Math.min(MAX_SERIALISATION_MS, SERIALISED_BITS * 1e3 / rate.bps());
    }

    /** Whether packets wait in a queue for longer than they should. */
    private boolean isFull() {
        double frameMs = hasRoom() ? serialisationMs() : 0;
        return queue.ms() > MAX_QUEUE_MS + frameMs && !queue.isHeldBack();
    }

    PathUse use() {
        // One that is becoming shorter need not be noticed again.
        boolean emptying = draining && queue.ms() < SHRINKING * drainingFromMs;
        boolean full = isFull() && !emptying && nowNs >= sharedUntilNs;
        return switch (trend.use()) {
            case NORMAL -> full ? PathUse.OVER : PathUse.NORMAL;
            // A probe makes delays rise for a moment, and where next to nothing waits there is no queue.
            case OVER ->
                queue.ms() < (hasRoom() ? emptyMs() : DRAINED_MS) || probing && !full ? PathUse.NORMAL : PathUse.OVER;
            case UNDER -> PathUse.UNDER;
        };
    }

    /** When the estimate was lowered last. */
    long loweredNs() {
        return loweredNs;
    }

    /** Since when packets have not waited. */
    long emptySinceNs() {
        return emptySinceNs;
    }

    double queueDelayMs() {
        return queue.ms();
    }

    double msPerSecond() {
        return trend.msPerSecond();
    }

    void rtt(long newRttNs) {
        rate.rtt(newRttNs);
    }

    /** Takes another estimate, and forgets about delays if they were of another way. */
    void set(double bps, boolean otherWay, long nowNs) {
        rate.set(bps, nowNs);
        if (otherWay) {
            groups.reset();
            trend.reset();
            queue.reset();
            delivery.reset();
            draining = false;
        }
    }
}

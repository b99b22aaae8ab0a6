package dev.parley.sfu.congestion;

import dev.parley.sfu.rtcp.TransportFeedback;

/**
 * Estimates what the way to one subscriber carries, from the subscriber's transport-wide feedback on what was sent to it:
 * Google's congestion control (draft-ietf-rmcat-gcc-02) as libwebrtc has developed it, with probing. Owned by the shard;
 * allocates nothing once its tables have grown.
 *
 * <p>Order of use: {@link #turn} before packets are sent, {@link #sent} for each with a number, {@link #turnEnded} after
 * them;
 * {@link #onFeedback} for each feedback; {@link #onDeadline} when due.
 */
public final class SendSideEstimator implements DownlinkEstimate {
    /** What every subscriber begins with: enough for audio and a small picture. */
    public static final long START_BPS = 600_000;

    /** Audio is never paused, and less is no use for anything else. */
    public static final long MIN_BPS = 100_000;

    public static final long MAX_BPS = 100_000_000;

    private static final long FEEDBACK_TIMEOUT_NS = 2_000_000_000;
    private static final double TIMEOUT_FACTOR = 0.8;
    private static final long TIMEOUT_INTERVAL_NS = 1_000_000_000;
    private static final long PROBE_AFTER_EMPTY_NS = 1_000_000_000;
    /** On a path that is full, the next queue comes sooner: so the path must have become wider. */
    private static final long PROBE_AFTER_LOWERED_NS = 3_500_000_000L;

    /** How soon what waits in the pacer is to be gone. */
    private static final double BACKLOG_S = 0.5;
    /** What it may take from new media: a backlog of a moment is no reason to pause anybody. */
    private static final double MAX_BACKLOG_SHARE = 0.25;

    private static final double TOLD_GROWTH = 1.05;
    private static final double SIZE_SMOOTHING = 0.1;

    private final int overheadBytes;
    private final Pacer pacer;
    private final SentPackets sentPackets = new SentPackets();
    private final PacketResults results = new PacketResults();
    private final AcknowledgedRate acknowledged = new AcknowledgedRate();
    private final ApplicationLimit applicationLimit = new ApplicationLimit();
    private final DelayControl delay = new DelayControl(START_BPS, MIN_BPS, MAX_BPS);
    private final LossControl loss = new LossControl(MIN_BPS, MAX_BPS);
    private final ReportedLimit reported = new ReportedLimit(MIN_BPS);
    private final ProbeClusters clusters = new ProbeClusters();
    private final ProbePlan plan = new ProbePlan();
    private final ProbeSender probes = new ProbeSender(clusters, sentPackets);
    private final Change change = new Change();
    private BandwidthListener listener = BandwidthListener.NONE;

    /** What may be sent. */
    private double bps = START_BPS;

    private EstimateCause cause = EstimateCause.START;
    private boolean limited;
    private long rttNs;
    private double meanSizeBytes;

    /** Sent since the latest feedback. */
    private long unheardBytes;

    private long silentSinceNs = Long.MAX_VALUE;
    private boolean hasFeedback;
    private boolean measured;

    /**
     * @param overheadBytes of each packet, what comes on top of the sizes told to {@link #sent}: IP and UDP headers
     * @param pacer told of every change
     */
    public SendSideEstimator(int overheadBytes, Pacer pacer) {
        this.overheadBytes = overheadBytes;
        this.pacer = pacer;
        pacer.estimate(bps, false, 0);
        applicationLimit.estimate(bps);
    }

    // --- what is sent ---------------------------------------------------------------------------------------------

    /** Packets sent from now on leave at {@code nowNs}. */
    public void turn(long nowNs) {
        sentPackets.turn(nowNs);
    }

    /** A packet that leaves in this turn; returns the transport-wide sequence number to be written into it. */
    public int sent(int sizeBytes) {
        return sentPackets.add(sizeBytes + overheadBytes);
    }

    /** So much has left in this turn, numbered or not. */
    public void turnEnded(int packets, long bytes) {
        // Before anything is heard of the subscriber there is nothing to compare it with.
        if (!isHeard() || packets == 0) {
            return;
        }
        long size = bytes + (long) packets * overheadBytes;
        unheardBytes += size;
        silentSinceNs = Math.min(silentSinceNs, sentPackets.turnNs());
        pacer.sent(size, sentPackets.turnNs());
        if (sentPackets.cluster() != 0) {
            probes.sent(packets, size);
        }
    }

    // --- what is heard --------------------------------------------------------------------------------------------

    /** A transport-wide feedback, wrapped. */
    public void onFeedback(TransportFeedback feedback, long nowNs) {
        sentPackets.heard();
        results.read(feedback, sentPackets);
        if (results.isEmpty()) {
            return;
        }
        hasFeedback = true;
        silentSinceNs = Long.MAX_VALUE;
        measureRoundTrip(nowNs);
        limited = applicationLimit.isLimited(unheardBytes, nowNs);
        unheardBytes = 0;
        acknowledged.applicationLimited(limited);
        long probed = 0;
        for (int i = 0; i < results.count(); i++) {
            acknowledged.add(results.arrivalUs(i), results.sizeBytes(i));
            int cluster = results.cluster(i);
            if (cluster != 0) {
                clusters.add(cluster, results.sentUs(i), results.arrivalUs(i), results.sizeBytes(i));
                probed |= 1L << cluster;
            }
        }
        double probedBps = probedBps(probed, nowNs);
        delay.update(results, acknowledged, loss.sendingBps(), limited, probedBps, probeLimitBps(probed), nowNs);
        loss.update(results, delay.steadyBps(), acknowledged.bps(), limited);
        loss.found(Math.min(probedBps, delay.steadyBps()));
        settle(probedBps, nowNs);
        probe(nowNs);
    }

    private void measureRoundTrip(long nowNs) {
        int last = results.count() - 1;
        if (last < 0) {
            return;
        }
        // The receiver kept the feedback back for some time, but not from the packet that arrived last.
        long sampleNs = Math.max(1, nowNs - results.sentUs(last) * 1_000);
        rttNs = rttNs == 0 ? sampleNs : (7 * rttNs + sampleNs) / 8;
        delay.rtt(rttNs);
        double mean = (double) results.arrivedBytes() / results.count();
        meanSizeBytes = meanSizeBytes == 0 ? mean : meanSizeBytes + SIZE_SMOOTHING * (mean - meanSizeBytes);
    }

    private double probedBps(long probed, long nowNs) {
        double best = 0;
        for (int cluster = 1; cluster <= ProbeClusters.COUNT; cluster++) {
            if ((probed & 1L << cluster) != 0) {
                double measured = clusters.measuredBps(cluster);
                if (measured > 0) {
                    listener.probed(clusters.rateBps(cluster), (long) measured, nowNs);
                }
                best = Math.max(best, measured);
            }
        }
        return best;
    }

    /** The least that a probe has shown to be all that the way carries, or infinity. */
    private double probeLimitBps(long probed) {
        double least = Double.POSITIVE_INFINITY;
        for (int cluster = 1; cluster <= ProbeClusters.COUNT; cluster++) {
            if ((probed & 1L << cluster) != 0 && clusters.measuredBps(cluster) > 0 && clusters.isSaturated(cluster)) {
                least = Math.min(least, clusters.measuredBps(cluster));
            }
        }
        return least;
    }

    /** A REMB of the subscriber, 0 for no limit. */
    public void onRemb(long limitBps, long nowNs) {
        reported.remb(limitBps);
        measured |= reported.isKnown();
        settle(0, nowNs);
    }

    /** A report block of the subscriber's: what matters of it where there is no transport-cc. */
    public void onReport(double lossShareReported, long reportedRttNs, long nowNs) {
        reported.loss(lossShareReported, nowNs);
        if (!hasFeedback && reportedRttNs > 0) {
            rttNs = reportedRttNs;
        }
        if (!hasFeedback && reported.isKnown()) {
            settle(0, nowNs);
        }
    }

    /** From now on packets take another way: what was known of delays and of the capacity is of no use. */
    public void routeChanged(long nowNs) {
        if (!hasFeedback) {
            return;
        }
        // What arrived there may still be too much here.
        double start = Math.min(START_BPS, acknowledged.isKnown() ? acknowledged.bps() : bps);
        delay.set(start, true, nowNs);
        loss.reset();
        acknowledged.reset();
        probes.reset();
        plan.reset();
        sentPackets.forget();
        rttNs = 0;
        silentSinceNs = Long.MAX_VALUE;
        become(start, EstimateCause.ROUTE_CHANGED, nowNs);
    }

    // --- the estimate ---------------------------------------------------------------------------------------------

    /** What losses and the subscriber's own word allow. */
    private double limitBps() {
        return Math.min(loss.bps(), reported.rembBps());
    }

    private void settle(double probedBps, long nowNs) {
        double fromDelay = delay.bps();
        double fromLoss = loss.bps();
        double limit = hasFeedback ? reported.rembBps() : reported.bps();
        double estimate = hasFeedback ? Math.min(fromDelay, fromLoss) : limit;
        if (!hasFeedback && !reported.isKnown()) {
            return;
        }
        if (limit <= estimate) {
            boolean byLoss = !hasFeedback && reported.isLossLimited();
            become(limit, byLoss ? EstimateCause.LOSS : EstimateCause.RECEIVER_LIMIT, nowNs);
        } else if (fromLoss < fromDelay) {
            boolean falling = loss.state() == LossControl.State.DECREASING;
            become(fromLoss, falling ? EstimateCause.LOSS : EstimateCause.LOSS_RECOVERING, nowNs);
        } else {
            become(fromDelay, delayCause(probedBps), nowNs);
        }
    }

    private EstimateCause delayCause(double probedBps) {
        if (delay.isLowered()) {
            return EstimateCause.DELAY_RISING;
        } else if (delay.isDraining()) {
            return EstimateCause.QUEUE_DRAINING;
        } else if (delay.isRestored()) {
            return EstimateCause.FALSE_ALARM;
        } else if (delay.isDrained()) {
            return EstimateCause.QUEUE_DRAINED;
        } else if (probedBps > 0 && delay.bps() > bps) {
            return EstimateCause.PROBE;
        }
        return delay.bps() == bps ? cause : EstimateCause.DELAY_STEADY;
    }

    private void become(double newBps, EstimateCause newCause, long nowNs) {
        double clamped = Math.clamp(newBps, MIN_BPS, MAX_BPS);
        boolean moved = clamped != bps;
        if (!moved && newCause == cause) {
            return;
        }
        measured |= moved;
        bps = clamped;
        cause = newCause;
        applicationLimit.estimate(bps);
        plan.estimate(carriedBps(), nowNs);
        pacer.estimate(bps, delay.isDraining(), nowNs);
        if (moved && change.isWorthTelling()) {
            change.tell(nowNs);
        }
    }

    // --- time -----------------------------------------------------------------------------------------------------

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        long deadline = probes.nextDeadlineNs();
        if (hasFeedback && silentSinceNs != Long.MAX_VALUE) {
            deadline = Math.min(deadline, silentSinceNs + FEEDBACK_TIMEOUT_NS);
        }
        return deadline;
    }

    /** Sends what a probe needs, and notices when nothing is heard of the subscriber. */
    public void onDeadline(long nowNs, PaddingSource padding) {
        if (hasFeedback && silentSinceNs != Long.MAX_VALUE && nowNs - silentSinceNs >= FEEDBACK_TIMEOUT_NS) {
            silentSinceNs += TIMEOUT_INTERVAL_NS;
            delay.set(bps * TIMEOUT_FACTOR, false, nowNs);
            become(bps * TIMEOUT_FACTOR, EstimateCause.FEEDBACK_MISSING, nowNs);
        }
        int due = probes.due(nowNs);
        if (probes.takeGivenUp()) {
            plan.givenUp();
        }
        if (due > 0) {
            padding.sendPadding(due, nowNs);
        }
    }

    private void probe(long nowNs) {
        // While packets wait somewhere, the way is full already: a short probe would only take it from others.
        long afterLoweredNs = plan.isStarved() ? PROBE_AFTER_EMPTY_NS : PROBE_AFTER_LOWERED_NS;
        boolean steady = delay.use() == PathUse.NORMAL
                && !delay.isDraining()
                && nowNs - delay.emptySinceNs() >= PROBE_AFTER_EMPTY_NS
                && (limited || plan.hasFoundMore() || nowNs - delay.loweredNs() >= afterLoweredNs)
                && loss.state() != LossControl.State.DECREASING;
        for (int i = 0; i < ProbePlan.AT_ONCE; i++) {
            long rate = plan.next(steady, nowNs);
            if (rate != ProbePlan.NONE) {
                listener.probing(plan.reason(), rate, nowNs);
                probes.probe(rate, (long) carriedBps(), nowNs);
            }
        }
    }

    // --- for the allocator ----------------------------------------------------------------------------------------

    @Override
    public long bitrateBps() {
        return (long) carriedBps();
    }

    /** What the way carries: while a queue on it empties, less may be sent. */
    private double carriedBps() {
        return delay.isDraining() ? Math.max(bps, Math.min(delay.steadyBps(), limitBps())) : bps;
    }

    @Override
    public long mediaBps() {
        double payload = meanSizeBytes == 0 ? 1 : 1 - Math.min(0.5, overheadBytes / meanSizeBytes);
        // What is lost is sent again, and what waits in the pacer comes first. A queue is emptied in less time than it
        // takes to let go of a picture and to get it back.
        double backlog = Math.min(pacer.queuedBytes() * 8 / BACKLOG_S, MAX_BACKLOG_SHARE * carriedBps());
        double forNew = carriedBps() * (1 - Math.min(0.5, lossShare())) - backlog;
        return (long) Math.max(MIN_BPS, forNew * payload);
    }

    /** Whether the subscriber has said anything of what is sent to it. */
    public boolean isHeard() {
        return hasFeedback || reported.isKnown();
    }

    @Override
    public boolean isMeasured() {
        return measured;
    }

    @Override
    public EstimateCause cause() {
        return cause;
    }

    @Override
    public boolean isApplicationLimited() {
        return limited;
    }

    @Override
    public double lossShare() {
        return hasFeedback ? loss.lossShare() : reported.lossShare();
    }

    @Override
    public long rttNs() {
        return rttNs;
    }

    @Override
    public double queueDelayMs() {
        return delay.queueDelayMs();
    }

    /** What arrives, in bits per second; 0 while unknown. */
    public long acknowledgedBps() {
        return (long) acknowledged.bps();
    }

    @Override
    public void wanted(long allocatedBps, long nextStepBps, long maxBps, long nowNs) {
        double perByte = meanSizeBytes == 0 ? 1.05 : 1 / (1 - Math.min(0.5, overheadBytes / meanSizeBytes));
        plan.wanted(nextStepBps * perByte, maxBps * perByte);
        plan.estimate(carriedBps(), nowNs);
    }

    @Override
    public void listener(BandwidthListener newListener) {
        listener = newListener;
    }

    /** The change told of last, or being told of. */
    private final class Change implements EstimateChange {
        private long atNs;
        private long previousBps = START_BPS;
        private long toldBps = START_BPS;
        private EstimateCause toldCause = EstimateCause.START;

        boolean isWorthTelling() {
            double carriedBps = carriedBps();
            return carriedBps < toldBps || carriedBps >= toldBps * TOLD_GROWTH || cause != toldCause;
        }

        void tell(long nowNs) {
            atNs = nowNs;
            previousBps = toldBps;
            toldBps = SendSideEstimator.this.bitrateBps();
            toldCause = cause;
            listener.estimateChanged(this);
        }

        @Override
        public long atNs() {
            return atNs;
        }

        @Override
        public EstimateCause cause() {
            return toldCause;
        }

        @Override
        public long previousBps() {
            return previousBps;
        }

        @Override
        public long bitrateBps() {
            return toldBps;
        }

        @Override
        public long acknowledgedBps() {
            return SendSideEstimator.this.acknowledgedBps();
        }

        @Override
        public double queueDelayMs() {
            return delay.queueDelayMs();
        }

        @Override
        public double delayTrend() {
            return delay.msPerSecond();
        }

        @Override
        public double lossShare() {
            return SendSideEstimator.this.lossShare();
        }

        @Override
        public long rttNs() {
            return rttNs;
        }
    }
}

package dev.parley.sfu.peer;

import dev.parley.sfu.Explanation;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.congestion.BandwidthListener;
import dev.parley.sfu.congestion.DownlinkEstimate;
import dev.parley.sfu.congestion.EstimateCause;
import dev.parley.sfu.congestion.EstimateChange;
import dev.parley.sfu.congestion.ProbeReason;
import dev.parley.sfu.layers.Allocator;
import dev.parley.sfu.layers.TrackDemand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides what the way to one subscriber carries over its slots: on every event that may change the division, and
 * otherwise every {@value #INTERVAL_MS} ms, as the rates of layers change by themselves. Owned by the shard.
 */
final class DownlinkAllocation implements BandwidthListener {
    static final int INTERVAL_MS = 300;
    private static final long INTERVAL_NS = INTERVAL_MS * 1_000_000L;
    /** What a picture that is awaited takes at the least. */
    private static final long EXPECTED_BPS = 150_000;
    /** Events closer than this are dealt with together. */
    private static final long MIN_INTERVAL_NS = 50_000_000L;

    private static final double NS_PER_MS = 1e6;

    private final Peer peer;
    private final DecisionLog log;
    private final int maxTracks;
    private final long maxBps;
    private final boolean follows;
    private final Allocator allocator = new Allocator();
    private @Nullable TrackDemand[] demands = {};
    private @Nullable DownlinkEstimate estimate;
    private long nextNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE / 2;
    private long budgetBps = Long.MAX_VALUE;
    /** The budget at the last change of any slot. */
    private long settledBps = Long.MAX_VALUE;

    private int tracks;

    DownlinkAllocation(Peer peer, PeerSettings settings) {
        this.peer = peer;
        this.log = new DecisionLog(settings.epochOffsetNs());
        this.maxTracks = settings.limits().videoTracksPerSubscriber();
        follows = settings.limits().followsEstimates();
        long kbps = settings.limits().subscriberKbps();
        this.maxBps = kbps == 0 ? Long.MAX_VALUE : kbps * 1_000;
    }

    /** From now on the estimate limits what is sent. */
    void use(DownlinkEstimate newEstimate) {
        estimate = newEstimate;
        newEstimate.listener(this);
    }

    // --- time -----------------------------------------------------------------------------------------------------

    long nextDeadlineNs() {
        return nextNs;
    }

    void onDeadline(long nowNs) {
        if (nowNs >= nextNs) {
            allocate(nowNs);
        }
    }

    /** Something has happened that may change the division. */
    void changed(long nowNs) {
        dueAt(Math.max(nowNs, lastNs + MIN_INTERVAL_NS));
    }

    private void dueAt(long deadlineNs) {
        if (deadlineNs < nextNs) {
            nextNs = deadlineNs;
            peer.deadlineMoved();
        }
    }

    // --- allocating -----------------------------------------------------------------------------------------------

    void allocate(long nowNs) {
        lastNs = nowNs;
        List<Slot> slots = peer.slots();
        if (demands.length < slots.size()) {
            demands = new @Nullable TrackDemand[slots.size()];
        }
        tracks = 0;
        long audioBps = 0;
        long expectedBps = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            boolean video = slot.kind() == MediaKind.VIDEO && slot.track() != null;
            demands[i] = video ? slot.demand(nowNs) : null;
            boolean wanted = video && !slot.hint().paused();
            tracks += wanted ? 1 : 0;
            expectedBps += wanted && !slot.hasSteps() ? EXPECTED_BPS : 0;
            audioBps += video ? 0 : slot.sourceBps(nowNs);
        }
        budgetBps = budget(audioBps);
        allocator.allocate(demands, slots.size(), budgetBps, maxTracks, nowNs);
        boolean any = false;
        boolean changes = false;
        for (int i = 0; i < slots.size(); i++) {
            if (demands[i] != null) {
                any = true;
                changes |= slots.get(i).allocated(this, nowNs);
                demands[i] = null;
            }
        }
        settledBps = changes ? budgetBps : settledBps;
        DownlinkEstimate current = estimate;
        if (current != null) {
            // Who does not follow need not probe, nor who is sent voices only: they are never paused.
            boolean probes = follows && tracks > 0;
            long wantedBps = Math.min(maxBps, allocator.wantedBps() + expectedBps + audioBps);
            current.wanted(
                    allocator.allocatedBps() + audioBps,
                    allocator.nextStepBps() + audioBps,
                    probes ? wantedBps : 0,
                    nowNs);
        }
        nextNs = any ? nowNs + INTERVAL_NS : Long.MAX_VALUE;
    }

    private long budget(long audioBps) {
        DownlinkEstimate current = estimate;
        // A guess pauses nobody: the first probe is answered within two round trips, if the subscriber answers at all.
        boolean limits = follows && current != null && current.isMeasured();
        long mediaBps = Math.min(maxBps, current == null || !limits ? Long.MAX_VALUE : current.mediaBps());
        return mediaBps == Long.MAX_VALUE ? mediaBps : Math.max(0, mediaBps - audioBps);
    }

    /** Why a slot gets less or more than before, where nothing about the slot itself has changed. */
    Decision.Cause cause(boolean lower) {
        if (lower && budgetBps < settledBps) {
            return Decision.Cause.ESTIMATE_FELL;
        }
        if (!lower && budgetBps > settledBps) {
            return Decision.Cause.ESTIMATE_ROSE;
        }
        return tracks > 1 ? Decision.Cause.SHARE : Decision.Cause.PUBLISHER;
    }

    /** An entry of the log with the figures of the link in it. */
    Decision note(Decision.Kind kind, Decision.Cause cause, long nowNs) {
        Decision decision = log.begin(kind, nowNs);
        decision.cause = cause;
        figures(decision);
        return decision;
    }

    void figures(Decision decision) {
        decision.tracks = tracks;
        decision.estimateBps = Long.MAX_VALUE;
        DownlinkEstimate current = estimate;
        if (current != null) {
            decision.estimateBps = current.bitrateBps();
            decision.estimateCause = current.cause();
            decision.queueDelayMs = current.queueDelayMs();
            decision.lossShare = current.lossShare();
            decision.rttNs = current.rttNs();
        }
    }

    // --- what the estimator tells -----------------------------------------------------------------------------------

    @Override
    public void estimateChanged(EstimateChange change) {
        Decision decision = log.begin(Decision.Kind.ESTIMATE, change.atNs());
        decision.estimateCause = change.cause();
        decision.previousBps = change.previousBps();
        decision.estimateBps = change.bitrateBps();
        decision.queueDelayMs = change.queueDelayMs();
        decision.lossShare = change.lossShare();
        decision.rttNs = change.rttNs();
        decision.tracks = tracks;
        if (change.cause() == EstimateCause.FALSE_ALARM) {
            // What was taken away need not wait until the link has proved itself again.
            List<Slot> slots = peer.slots();
            for (int i = 0; i < slots.size(); i++) {
                slots.get(i).forgetHold();
            }
        }
        changed(change.atNs());
    }

    @Override
    public void probing(ProbeReason reason, long bitrateBps, long nowNs) {
        note(Decision.Kind.PROBE, Decision.Cause.NONE, nowNs).toBps = bitrateBps;
    }

    @Override
    public void probed(long sentBps, long measuredBps, long nowNs) {
        Decision decision = note(Decision.Kind.PROBED, Decision.Cause.NONE, nowNs);
        decision.fromBps = sentBps;
        decision.toBps = measuredBps;
    }

    // --- explaining -------------------------------------------------------------------------------------------------

    Explanation explain(String participantId, long nowNs) {
        List<Explanation.Slot> explained = new ArrayList<>();
        for (Slot slot : peer.slots()) {
            if (slot.kind() == MediaKind.VIDEO && slot.track() != null) {
                explained.add(slot.explain(this, nowNs));
            }
        }
        return new Explanation(participantId, log.epochMs(nowNs), link(), explained, log.read());
    }

    private Explanation.Link link() {
        DownlinkEstimate current = estimate;
        if (current == null) {
            return new Explanation.Link(
                    0,
                    false,
                    Sentences.name(EstimateCause.START),
                    0,
                    0,
                    0,
                    allocator.allocatedBps(),
                    allocator.wantedBps(),
                    tracks);
        }
        return new Explanation.Link(
                current.bitrateBps(),
                current.isMeasured(),
                Sentences.name(current.cause()),
                current.lossShare(),
                current.queueDelayMs(),
                current.rttNs() / NS_PER_MS,
                allocator.allocatedBps(),
                allocator.wantedBps(),
                tracks);
    }
}

package dev.parley.sfu.peer;

import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.congestion.SendSideEstimator;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.OutgoingPacket;
import java.util.function.IntFunction;

/**
 * The way to one subscriber: what it carries, and what has to wait until it may leave. Owned by the shard.
 *
 * <p>Mostly nothing has to wait: then it costs a comparison a turn, and of each packet a store into the estimator's history.
 */
final class Downlink {
    /** IPv4 and UDP headers. */
    private static final int OVERHEAD_BYTES = 28;

    private final PacedPackets waiting;
    private final DropCounters drops;
    private final MediaCounters media;
    private final IntFunction<Pacer.Priority> priorities;
    private final Pacer pacer = new Pacer(Pacer.DEFAULT_QUANTUM_NS);
    private final SendSideEstimator estimator = new SendSideEstimator(OVERHEAD_BYTES, pacer);
    private final boolean follows;
    private boolean passing = true;
    private boolean repeating;
    private boolean probing;

    /** @param priorities of the packets of an SSRC */
    Downlink(SendQueue queue, PeerSettings settings, IntFunction<Pacer.Priority> priorities) {
        this.waiting = queue.waiting();
        this.drops = settings.drops();
        this.media = settings.media();
        this.follows = settings.limits().followsEstimates();
        this.priorities = priorities;
    }

    SendSideEstimator estimator() {
        return estimator;
    }

    /** The peer's share of a turn begins. */
    void turnBegins(long nowNs) {
        passing = !follows || pacer.isOpen(nowNs);
    }

    /** Whether packets leave with the turn. */
    boolean isPassing() {
        return passing && !repeating || probing;
    }

    /**
     * While set, packets are repetitions that were asked for, which wait for their turn if that can be: one ask can be for
     * more than the way carries in a second.
     */
    void repeating(boolean nowRepeating) {
        repeating = follows && nowRepeating && estimator.isHeard();
    }

    /** While set, packets are those of a probe, which is to go faster than the pacer would let it. */
    void probing(boolean nowProbing) {
        probing = nowProbing;
    }

    /** Keeps the packet back until its turn has come. False when it had better leave now. */
    boolean hold(OutgoingPacket packet, long nowNs) {
        Pacer.Priority priority = repeating ? Pacer.Priority.RETRANSMISSION : priorities.apply(packet.ssrc());
        int place = pacer.hasRoom(priority) ? waiting.put(packet) : Pacer.NONE;
        if (place == Pacer.NONE) {
            return false;
        }
        pacer.enqueue(priority, place, packet.length() + OVERHEAD_BYTES, nowNs);
        media.packetsPaced().increment();
        return true;
    }

    /** Takes the place of a packet that may leave now, or {@link Pacer#NONE}; to be given to {@link #waiting}. */
    int poll(long nowNs) {
        for (int stale = pacer.pollStale(nowNs); stale != Pacer.NONE; stale = pacer.pollStale(nowNs)) {
            waiting.remove(stale);
            drops.count(DropReason.RETRANSMISSION_STALE);
        }
        return pacer.poll(nowNs);
    }

    /** Lets go of what waits of these streams. */
    void overtake(int ssrc, int rtxSsrc) {
        if (pacer.queued() == 0) {
            return;
        }
        int overtaken = pacer.removeIf(place -> {
            int of = waiting.at(place).ssrc();
            boolean isUnwanted = of == ssrc || of == rtxSsrc;
            if (isUnwanted) {
                waiting.remove(place);
            }
            return isUnwanted;
        });
        drops.count(DropReason.OVERTAKEN, overtaken);
    }

    PacedPackets waiting() {
        return waiting;
    }

    /** Lets go of all that waits: its stream or its keys end. */
    void drop() {
        for (int place = pacer.drop(); place != Pacer.NONE; place = pacer.drop()) {
            waiting.remove(place);
            drops.count(DropReason.NOT_CONNECTED);
        }
    }

    /** When {@link #poll} or the estimator have something to do. */
    long nextDeadlineNs() {
        return Math.min(pacer.nextReleaseNs(), estimator.nextDeadlineNs());
    }
}

package dev.parley.benchmarks.congestion;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

/**
 * A link that all flows of one direction share: a queue that drops what does not fit (RFC 8867 §4.1: drop tail, 300 ms), a
 * rate that changes over time, and loss at random behind it.
 *
 * <p>A link of a token bucket lets a burst pass at once after it was idle.
 *
 * <p>The queue holds what the link carries in 300 ms at the rate of the moment; what was let in stays when the rate falls,
 * and leaves at the new rate.
 */
final class Bottleneck {
    private final Simulation simulation;
    private final Capacity capacity;
    private final double queueSeconds;
    private final double randomLoss;
    private final int burstBytes;
    private final Random random;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean busy;
    /** What may pass at once, as of then: a bucket that fills while nothing waits. */
    private double tokenBytes;

    private long tokensNs;
    /** Called with the time whenever the queue is empty. */
    private final QueueObserver observer;

    private record Waiting(int bytes, long sinceNs, Transit transit) {}

    /** What becomes of one packet. */
    interface Transit {
        void arrived(double queuedMs);

        /** By the queue, or else by chance. */
        void lost(boolean byQueue);
    }

    /** Sees the queue after each change. */
    interface QueueObserver {
        void queued(double milliseconds);
    }

    Bottleneck(
            Simulation simulation,
            Capacity capacity,
            double queueSeconds,
            double randomLoss,
            int burstBytes,
            Random random,
            QueueObserver observer) {
        this.simulation = simulation;
        this.capacity = capacity;
        this.queueSeconds = queueSeconds;
        this.randomLoss = randomLoss;
        this.burstBytes = burstBytes;
        this.random = random;
        this.observer = observer;
    }

    void send(int bytes, Transit transit) {
        if (queuedBytes + bytes > queueSeconds * rate() / 8) {
            transit.lost(true);
            return;
        }
        queue.add(new Waiting(bytes, simulation.nowNs(), transit));
        queuedBytes += bytes;
        tell();
        if (!busy) {
            serve();
        }
    }

    private double rate() {
        return capacity.bpsAt(simulation.seconds());
    }

    private void serve() {
        Waiting next = queue.peek();
        busy = next != null;
        if (next != null) {
            double missing = Math.max(0, next.bytes() - takeTokens(next.bytes()));
            simulation.after((long) (missing * 8e9 / rate()), () -> served(next));
        }
    }

    private double takeTokens(int bytes) {
        double filled = tokenBytes + rate() / 8e9 * (simulation.nowNs() - tokensNs);
        double taken = Math.min(bytes, Math.min(burstBytes, filled));
        tokenBytes = Math.min(burstBytes, filled) - taken;
        tokensNs = simulation.nowNs() + (long) ((bytes - taken) * 8e9 / rate());
        return taken;
    }

    private void served(Waiting packet) {
        queue.remove();
        queuedBytes -= packet.bytes();
        tell();
        // The packet's own time on the link is no queueing.
        double ownNs = packet.bytes() * 8e9 / rate();
        double queuedMs = Math.max(0, simulation.nowNs() - packet.sinceNs() - ownNs) / 1e6;
        if (random.nextDouble() < randomLoss) {
            packet.transit().lost(false);
        } else {
            packet.transit().arrived(queuedMs);
        }
        serve();
    }

    private void tell() {
        observer.queued(queuedBytes * 8e3 / rate());
    }
}

package dev.parley.benchmarks.network;

import java.time.Duration;

/**
 * What a path does to packets, the same each way.
 *
 * @param loss the share of packets that never arrive, each by itself, 0 to 1
 * @param delay how long each packet takes at least
 * @param jitter how much longer it takes at most, evenly spread
 * @param reorders whether a packet with less jitter overtakes; if not, it waits for those before it, as in a queue
 * @param seed the same seed does the same to the n-th packet of the n-th sender
 */
public record Impairment(double loss, Duration delay, Duration jitter, boolean reorders, long seed) {
    public Impairment {
        if (!(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("loss is a share of 0 to 1, got " + loss);
        }
        if (delay.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException("delay and jitter must not be negative, got " + delay + ", " + jitter);
        }
    }

    /** A path that takes nothing away and adds nothing but the proxy's own delay. */
    public static Impairment none() {
        return new Impairment(0, Duration.ZERO, Duration.ZERO, false, 1);
    }
}

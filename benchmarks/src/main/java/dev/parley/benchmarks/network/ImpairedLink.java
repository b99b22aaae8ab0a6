package dev.parley.benchmarks.network;

import java.util.SplittableRandom;

/** One direction of one sender's path. It keeps no packets: it says when each is to go on. Owned by one thread. */
final class ImpairedLink {
    /** Says that a packet never arrives. */
    static final long LOST = Long.MIN_VALUE;

    private final Impairment impairment;
    private final SplittableRandom random;
    private final long delayNs;
    private final long jitterNs;
    private boolean used;
    private long lastNs;

    /**
     * @param flow which sender, in the order of their first packets
     * @param upwards whether it is the way to the server
     */
    ImpairedLink(Impairment impairment, int flow, boolean upwards) {
        this.impairment = impairment;
        this.random = new SplittableRandom(impairment.seed() * 1_000_003L + flow * 2L + (upwards ? 1 : 0));
        this.delayNs = impairment.delay().toNanos();
        this.jitterNs = impairment.jitter().toNanos();
    }

    /** When a packet that came at {@code nowNs} is to be sent on, or {@link #LOST}. */
    long departureNs(long nowNs) {
        // Both are drawn for every packet, so that the delays do not depend on what was lost.
        boolean lost = random.nextDouble() < impairment.loss();
        long ns = nowNs + delayNs + (jitterNs == 0 ? 0 : random.nextLong(jitterNs + 1));
        if (lost) {
            return LOST;
        }
        if (!impairment.reorders() && used && ns - lastNs < 0) {
            ns = lastNs;
        }
        used = true;
        lastNs = ns;
        return ns;
    }
}

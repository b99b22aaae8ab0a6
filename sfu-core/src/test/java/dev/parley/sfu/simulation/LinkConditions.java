package dev.parley.sfu.simulation;

/**
 * How one direction of a simulated network treats datagrams. Start from {@link #perfect()} and change what the test is
 * about.
 *
 * @param lossShare share of datagrams that vanish, 0 to 1
 * @param delayNs propagation delay of each datagram
 * @param jitterNs further delay, uniform between 0 and this; it never changes the order
 * @param reorderShare share of datagrams that are held back by {@code reorderDelayNs}, so that later ones pass them
 * @param reorderDelayNs how long such a datagram is held back
 * @param duplicateShare share of datagrams that arrive twice
 * @param rateBps rate of the bottleneck; 0 is unlimited
 * @param queueBytes what the bottleneck's queue holds; what comes on top is lost
 */
public record LinkConditions(
        double lossShare,
        long delayNs,
        long jitterNs,
        double reorderShare,
        long reorderDelayNs,
        double duplicateShare,
        long rateBps,
        int queueBytes) {
    private static final long NS_PER_MS = 1_000_000L;

    /** Instant, in order, lossless, without limit. */
    public static LinkConditions perfect() {
        return new LinkConditions(0, 0, 0, 0, 0, 0, 0, 0);
    }

    public LinkConditions withLoss(double share) {
        return new LinkConditions(
                share, delayNs, jitterNs, reorderShare, reorderDelayNs, duplicateShare, rateBps, queueBytes);
    }

    public LinkConditions withDelayMs(long ms) {
        return new LinkConditions(
                lossShare, ms * NS_PER_MS, jitterNs, reorderShare, reorderDelayNs, duplicateShare, rateBps, queueBytes);
    }

    public LinkConditions withJitterMs(long ms) {
        return new LinkConditions(
                lossShare, delayNs, ms * NS_PER_MS, reorderShare, reorderDelayNs, duplicateShare, rateBps, queueBytes);
    }

    public LinkConditions withReordering(double share, long heldBackMs) {
        return new LinkConditions(
                lossShare, delayNs, jitterNs, share, heldBackMs * NS_PER_MS, duplicateShare, rateBps, queueBytes);
    }

    public LinkConditions withDuplicates(double share) {
        return new LinkConditions(
                lossShare, delayNs, jitterNs, reorderShare, reorderDelayNs, share, rateBps, queueBytes);
    }

    public LinkConditions withRate(long bps, int queuedBytes) {
        return new LinkConditions(
                lossShare, delayNs, jitterNs, reorderShare, reorderDelayNs, duplicateShare, bps, queuedBytes);
    }
}

package dev.parley.sfu.congestion;

/**
 * The rate at which packets come one behind the other: what the narrowest link carries, or the share of it that others
 * leave, however much or little is sent. Owned by the shard.
 *
 * <p>A packet that was sent before the one ahead of it came out of the queue has waited for that one only, so the time
 * between the two is what the link took for it. Times in which the link had nothing to carry do not count; in windows
 * they would, and a few packets more or less are a third of one on a slow link.
 */
final class DeliveryRate {
    /** Of time in which packets waited: three full packets of a slow link of 300 kbit/s. */
    private static final double MEMORY_US = 100_000;

    private static final double ENOUGH_US = 40_000;
    /** What the clock of the feedback and turns of the loop may hide. */
    private static final long MARGIN_US = 3_000;
    /** What was measured so long ago may have been another link. */
    private static final long FORGET_US = 500_000;

    private long lastUs = Long.MIN_VALUE;
    private long busyUntilUs = Long.MIN_VALUE;
    private double us;
    private double bytes;

    /**
     * Takes the packets of a feedback.
     *
     * @param leastDelayUs of packets that did not wait, by the two ends' clocks
     */
    void add(PacketResults results, long leastDelayUs) {
        for (int i = 0; i < results.count(); i++) {
            long arrivalUs = results.arrivalUs(i);
            if (lastUs != Long.MIN_VALUE && results.sentUs(i) + leastDelayUs + MARGIN_US <= lastUs) {
                add(arrivalUs, arrivalUs - lastUs, results.sizeBytes(i));
            }
            lastUs = Math.max(lastUs, arrivalUs);
        }
    }

    private void add(long arrivalUs, long tookUs, int sizeBytes) {
        if (arrivalUs - busyUntilUs > FORGET_US) {
            us = 0;
            bytes = 0;
        }
        busyUntilUs = arrivalUs;
        double kept = Math.exp(-tookUs / MEMORY_US);
        us = us * kept + tookUs;
        bytes = bytes * kept + sizeBytes;
    }

    /** Whether packets have waited for long enough, lately. */
    boolean isKnown() {
        return us >= ENOUGH_US && lastUs - busyUntilUs <= FORGET_US;
    }

    /** In bits per second. */
    double bps() {
        return bytes * 8e6 / us;
    }

    void reset() {
        lastUs = Long.MIN_VALUE;
        busyUntilUs = Long.MIN_VALUE;
        us = 0;
        bytes = 0;
    }
}

package dev.parley.sfu.congestion;

/**
 * How long packets wait in queues: the way's delay now against its least delay of the last ten to twenty seconds. The
 * clocks of the two ends need not agree, only run alike. Owned by the shard.
 *
 * <p>A receiver that gets no CPU reads late, and then all at once what had been sent over some time: those packets have
 * waited, but in no queue that sending less would shorten. A narrow link lets them through one after the other.
 */
final class QueueDelay {
    private static final long PERIOD_US = 10_000_000;
    private static final long UNKNOWN = Long.MAX_VALUE;
    /** Packets that come in less than this share of the time in which they were sent have been held back elsewhere. */
    private static final double AT_ONCE = 0.25;

    private static final long MIN_SPAN_US = 10_000;
    /** From so much to so little, packets that had waited wait no longer. */
    private static final long PEAK_US = 30_000;

    private static final long DRAINED_US = 10_000;
    private static final int MIN_DRAINED_BYTES = 1_000;
    private static final long MIN_DRAIN_US = 1_000;

    private long periodStartUs = Long.MIN_VALUE;
    private long leastUs = UNKNOWN;
    private long leastBeforeUs = UNKNOWN;
    private long delayUs;
    private boolean heldBack;
    /** The longest that packets have waited since they last did not, and what has arrived after the one that did. */
    private long peakUs;

    private long peakArrivalUs;
    private long bytesSincePeak;
    private double drainedBps;

    /** Takes the packets of a feedback; the least delayed of them counts, as it was in no burst. */
    void add(PacketResults results) {
        drainedBps = 0;
        if (results.count() == 0) {
            return;
        }
        long least = UNKNOWN;
        for (int i = 0; i < results.count(); i++) {
            least = Math.min(least, results.arrivalUs(i) - results.sentUs(i));
        }
        long nowUs = results.lastSentUs();
        if (periodStartUs == Long.MIN_VALUE || nowUs - periodStartUs >= PERIOD_US) {
            periodStartUs = nowUs;
            leastBeforeUs = leastUs;
            leastUs = UNKNOWN;
        }
        leastUs = Math.min(leastUs, least);
        delayUs = least - leastUs();
        long arrivedUs = results.arrivalUs(results.count() - 1) - results.arrivalUs(0);
        long sentUs = results.lastSentUs() - results.firstSentUs();
        heldBack = sentUs >= MIN_SPAN_US && arrivedUs < AT_ONCE * sentUs;
        for (int i = 0; i < results.count(); i++) {
            drain(results.arrivalUs(i), delayOf(results, i), results.sizeBytes(i));
        }
    }

    private long delayOf(PacketResults results, int index) {
        return results.arrivalUs(index) - results.sentUs(index) - leastUs();
    }

    private void drain(long arrivalUs, long waitedUs, int bytes) {
        if (waitedUs >= peakUs) {
            peakUs = waitedUs;
            peakArrivalUs = arrivalUs;
            bytesSincePeak = 0;
            return;
        }
        bytesSincePeak += bytes;
        if (waitedUs < DRAINED_US) {
            if (peakUs >= PEAK_US && bytesSincePeak >= MIN_DRAINED_BYTES) {
                drainedBps = bytesSincePeak * 8e6 / Math.max(MIN_DRAIN_US, arrivalUs - peakArrivalUs);
            }
            peakUs = waitedUs;
            bytesSincePeak = 0;
        }
    }

    /** The delay of packets that do not wait, by the two ends' clocks; only after the first feedback. */
    long leastUs() {
        return Math.min(leastUs, leastBeforeUs);
    }

    double ms() {
        return delayUs / 1e3;
    }

    /** Whether the packets told of last came all at once, so that their delay says nothing of the way. */
    boolean isHeldBack() {
        return heldBack;
    }

    /**
     * The rate at which packets came that had waited, if the last of them are among those told of last, or 0: the way carries
     * as much as that. What nothing but a late reader has kept waiting comes far faster than what a narrow link did.
     */
    double drainedBps() {
        return drainedBps;
    }

    void reset() {
        periodStartUs = Long.MIN_VALUE;
        leastUs = UNKNOWN;
        leastBeforeUs = UNKNOWN;
        delayUs = 0;
        heldBack = false;
        peakUs = 0;
        bytesSincePeak = 0;
        drainedBps = 0;
    }
}

package dev.parley.sfu.congestion;

/**
 * How long packets wait in queues: the way's delay now against its least delay of the last ten to twenty seconds. The
 * clocks of the two ends need not agree, only run alike. Owned by the shard.
 */
final class QueueDelay {
    private static final long PERIOD_US = 10_000_000;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private long periodStartUs = Long.MIN_VALUE;
    private long leastUs = UNKNOWN;
    private long leastBeforeUs = UNKNOWN;
    private long delayUs;

    /** Takes the packets of a feedback; the least delayed of them counts, as it was in no burst. */
    void add(PacketResults results) {
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
        delayUs = least - Math.min(leastUs, leastBeforeUs);
    }

    double ms() {
        return delayUs / 1e3;
    }

    void reset() {
        periodStartUs = Long.MIN_VALUE;
        leastUs = UNKNOWN;
        leastBeforeUs = UNKNOWN;
        delayUs = 0;
    }
}

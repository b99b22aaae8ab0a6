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

    private long periodStartUs = Long.MIN_VALUE;
    private long leastUs = UNKNOWN;
    private long leastBeforeUs = UNKNOWN;
    private long delayUs;
    private boolean heldBack;

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
        long arrivedUs = results.arrivalUs(results.count() - 1) - results.arrivalUs(0);
        long sentUs = results.lastSentUs() - results.firstSentUs();
        heldBack = sentUs >= MIN_SPAN_US && arrivedUs < AT_ONCE * sentUs;
    }

    double ms() {
        return delayUs / 1e3;
    }

    /** Whether the packets told of last came all at once, so that their delay says nothing of the way. */
    boolean isHeldBack() {
        return heldBack;
    }

    void reset() {
        periodStartUs = Long.MIN_VALUE;
        leastUs = UNKNOWN;
        leastBeforeUs = UNKNOWN;
        delayUs = 0;
        heldBack = false;
    }
}

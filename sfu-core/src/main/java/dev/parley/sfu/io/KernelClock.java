package dev.parley.sfu.io;

import java.util.function.LongSupplier;

/**
 * Maps the kernel's time stamps, which are on the wall clock, to the scale of {@link System#nanoTime}. Both clocks run
 * at one rate and differ by an offset that jumps when the wall clock is set, so it is measured again every few
 * milliseconds. Owned by the port's thread.
 */
final class KernelClock {
    private static final long SYNC_INTERVAL_NS = 50_000_000;
    /** No packet waits longer in a socket's buffer: a stamp further back is of another setting of the wall clock. */
    private static final long MAX_AGE_NS = 2_000_000_000;

    private static final int SAMPLES = 3;

    private final LongSupplier realtimeNs;
    private final LongSupplier monotonicNs;
    private boolean synced;
    private long syncedNs;
    private long offsetNs;

    KernelClock(LongSupplier realtimeNs, LongSupplier monotonicNs) {
        this.realtimeNs = realtimeNs;
        this.monotonicNs = monotonicNs;
    }

    /** Measures the offset if that is long ago. To be called before stamps are mapped. */
    void sync(long nowNs) {
        if (!synced || nowNs - syncedNs > SYNC_INTERVAL_NS) {
            measure();
            synced = true;
            syncedNs = nowNs;
        }
    }

    /** When a packet came, never after {@code nowNs}, which is when it was read. */
    long toMonotonicNs(long stampNs, long nowNs) {
        long receivedNs = stampNs - offsetNs;
        long ageNs = nowNs - receivedNs;
        return ageNs < 0 || ageNs > MAX_AGE_NS ? nowNs : receivedNs;
    }

    private void measure() {
        long narrowestNs = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            long beforeNs = monotonicNs.getAsLong();
            long realNs = realtimeNs.getAsLong();
            long spanNs = monotonicNs.getAsLong() - beforeNs;
            if (spanNs < narrowestNs) {
                narrowestNs = spanNs;
                offsetNs = realNs - (beforeNs + spanNs / 2);
            }
        }
    }
}

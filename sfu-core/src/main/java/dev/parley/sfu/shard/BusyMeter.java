package dev.parley.sfu.shard;

import dev.parley.sfu.stats.Counter;

/** The share of time for which a loop is busy, over its last second. Written by the loop's thread, read by any. */
final class BusyMeter {
    private static final long INTERVAL_NS = 1_000_000_000L;
    /** A loop ends a turn every second at least; one that has not for so long is in the middle of a very long turn. */
    private static final long STUCK_NS = 3 * INTERVAL_NS;

    private static final long PARTS = 1_000_000;

    /** In millionths. */
    private final Counter share = new Counter();

    private final Counter intervals = new Counter();
    private final Counter intervalStartNs = new Counter();
    private long busyNs;

    BusyMeter(long nowNs) {
        intervalStartNs.set(nowNs);
    }

    /** A turn has ended; tells whether the share has been measured anew. */
    boolean turnEnded(long nowNs, long turnBusyNs) {
        busyNs += turnBusyNs;
        long lengthNs = nowNs - intervalStartNs.value();
        if (lengthNs < INTERVAL_NS) {
            return false;
        }
        share.set(Math.min(PARTS, (long) ((double) busyNs / lengthNs * PARTS)));
        intervalStartNs.set(nowNs);
        intervals.increment();
        busyNs = 0;
        return true;
    }

    /** How many intervals have ended. Any thread. */
    long intervals() {
        return intervals.value();
    }

    /** 0 to 1. Any thread. */
    double share(long nowNs) {
        return nowNs - intervalStartNs.value() > STUCK_NS ? 1 : (double) share.value() / PARTS;
    }
}

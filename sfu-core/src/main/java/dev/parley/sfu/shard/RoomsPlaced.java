package dev.parley.sfu.shard;

import dev.parley.sfu.stats.Counter;
import java.util.concurrent.atomic.AtomicInteger;

/** Which of the rooms placed on a shard its measured load cannot tell of yet. */
final class RoomsPlaced {
    private final AtomicInteger placed = new AtomicInteger();
    /** Of those placed, the ones that were there during the whole of the last interval. */
    private final Counter measured = new Counter();

    private long intervals;
    private int placedAtIntervalStart;

    /** Any thread. */
    void add() {
        placed.incrementAndGet();
    }

    /** Any thread. */
    int unmeasured() {
        return placed.get() - (int) measured.value();
    }

    /**
     * Tells how many intervals have been measured. The shard's thread only.
     *
     * @param intervalsMeasured so far
     */
    void measured(long intervalsMeasured) {
        if (intervalsMeasured != intervals) {
            intervals = intervalsMeasured;
            measured.set(placedAtIntervalStart);
            placedAtIntervalStart = placed.get();
        }
    }
}

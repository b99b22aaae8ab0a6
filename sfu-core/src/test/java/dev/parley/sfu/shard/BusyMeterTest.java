package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BusyMeterTest {
    private static final long MS = 1_000_000;

    private final BusyMeter meter = new BusyMeter(0);
    private long nowNs;

    @Test
    void tellsTheShareOfTheLastSecond() {
        run(1_000, 4, 1);
        assertEquals(0.25, meter.share(nowNs), 0.01);
        run(1_000, 4, 3);
        assertEquals(0.75, meter.share(nowNs), 0.01);
        assertEquals(2, meter.intervals());
    }

    @Test
    void keepsTheLastShareWhileASecondIsUnderWay() {
        run(1_000, 10, 5);
        run(900, 10, 0);
        assertEquals(0.5, meter.share(nowNs), 0.01);
        run(100, 10, 0);
        assertEquals(0, meter.share(nowNs), 0.001);
    }

    @Test
    void anIdleShardThatLooksAroundOnceASecondIsNotBusy() {
        run(10_000, 1_000, 0);
        assertEquals(0, meter.share(nowNs + 1_000 * MS), 0.001);
    }

    @Test
    void aTurnThatDoesNotEndIsAFullLoad() {
        run(1_000, 10, 0);
        assertEquals(1, meter.share(nowNs + 3_100 * MS));
    }

    /** Turns of {@code turnMs}, of which the loop is busy for {@code busyMs}. */
    private void run(long durationMs, long turnMs, long busyMs) {
        for (long ms = 0; ms < durationMs; ms += turnMs) {
            nowNs += turnMs * MS;
            meter.turnEnded(nowNs, busyMs * MS);
        }
    }
}

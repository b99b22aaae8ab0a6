package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class KernelClockTest {
    private static final long MS = 1_000_000;
    private static final long WALL = 1_800_000_000_000_000_000L;

    private long wallNs = WALL;
    private long monotonicNs = 5_000 * MS;
    private final KernelClock clock = new KernelClock(() -> wallNs, () -> monotonicNs);

    @Test
    void mapsAStampToTheOtherClock() {
        clock.sync(monotonicNs);
        assertEquals(4_990 * MS, clock.toMonotonicNs(WALL - 10 * MS, monotonicNs));
        pass(40 * MS);
        assertEquals(5_030 * MS, clock.toMonotonicNs(WALL + 30 * MS, monotonicNs));
    }

    @Test
    void neverSaysThatAPacketComesFromTheFuture() {
        clock.sync(monotonicNs);
        assertEquals(monotonicNs, clock.toMonotonicNs(WALL + 1, monotonicNs));
    }

    @Test
    void takesNowForAStampOfAnotherTimeAndLearnsTheNewTimeSoon() {
        clock.sync(monotonicNs);
        wallNs -= 3_600_000 * MS; // Somebody has set the clock.
        assertEquals(monotonicNs, clock.toMonotonicNs(wallNs, monotonicNs));
        pass(60 * MS);
        clock.sync(monotonicNs);
        assertEquals(monotonicNs - MS, clock.toMonotonicNs(wallNs - MS, monotonicNs));
    }

    private void pass(long ns) {
        wallNs += ns;
        monotonicNs += ns;
    }
}

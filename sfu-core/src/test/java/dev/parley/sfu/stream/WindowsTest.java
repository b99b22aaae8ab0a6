package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class WindowsTest {
    private static final long MS = 1_000_000L;

    @Test
    void duplicatesAreFoundInAndOutOfOrder() {
        DuplicateWindow window = new DuplicateWindow();
        assertTrue(window.add(10));
        assertFalse(window.add(10));
        assertTrue(window.add(12));
        assertTrue(window.add(11));
        assertFalse(window.add(11));
        assertFalse(window.add(12));
    }

    @Test
    void placesAreReusedAsTheWindowMovesOn() {
        DuplicateWindow window = new DuplicateWindow();
        for (long sequence = -100; sequence < 3L * DuplicateWindow.SIZE; sequence++) {
            assertTrue(window.add(sequence), "sequence " + sequence);
            assertFalse(window.add(sequence), "sequence " + sequence);
        }
        long far = 1_000_000;
        assertTrue(window.add(far));
        assertFalse(window.isTooOld(far - DuplicateWindow.SIZE + 1));
        assertTrue(window.isTooOld(far - DuplicateWindow.SIZE));
        assertTrue(window.add(far - DuplicateWindow.SIZE + 1));
        assertTrue(window.add(far - 1));
    }

    @Test
    void rateIsThatOfTheLastSecond() {
        RateMeter rate = new RateMeter();
        assertEquals(0, rate.bitrateBps(0));
        long startNs = -5_000 * MS;
        for (int i = 0; i < 300; i++) {
            rate.add(1_250, startNs + i * 10L * MS);
        }
        assertEquals(1_000_000, (double) rate.bitrateBps(startNs + 2_990 * MS), 10_000.0);
        assertEquals(500_000, (double) rate.bitrateBps(startNs + 3_490 * MS), 60_000.0);
        assertEquals(0, rate.bitrateBps(startNs + 5_000 * MS));
    }

    @Test
    void keyframeThatAStreamBeginsWithIsNotTakenForItsRate() {
        RateMeter rate = new RateMeter();
        rate.add(5_000, 0);
        assertEquals(40_000, rate.bitrateBps(10 * MS));
        for (int i = 1; i < 20; i++) {
            rate.add(500, i * 50L * MS);
        }
        assertEquals(116_000, rate.bitrateBps(999 * MS));
        assertEquals(72_000, (double) rate.bitrateBps(1_099 * MS), 4_000);
    }

    @Test
    void allowanceGrowsToItsCap() {
        RampingCap cap = new RampingCap(500_000, 5_000_000, 1_000 * MS);
        assertEquals(500_000, cap.bitrateBps(1_000 * MS));
        assertEquals(750_000, cap.bitrateBps(2_000 * MS));
        assertEquals(5_000_000, cap.bitrateBps(7_000 * MS));
        assertEquals(5_000_000, cap.bitrateBps(1_000_000_000 * MS));
    }
}

package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How the estimate grows and falls (draft-ietf-rmcat-gcc-02 §5.5). */
final class RateControlTest {
    private static final long MS = 1_000_000;
    private static final long START_BPS = 1_000_000;
    private static final long MIN_BPS = 50_000;
    private static final long MAX_BPS = 5_000_000;
    private static final double PLENTY = 100_000_000;

    private final RateControl control = new RateControl(START_BPS, MIN_BPS, MAX_BPS);
    private long nowNs = 1_000 * MS;

    @Test
    void growsByEightPercentASecondWhereThePathIsNotKnown() {
        update(PathUse.NORMAL, PLENTY, 0);
        update(PathUse.NORMAL, PLENTY, 3_000);
        assertEquals(START_BPS * Math.pow(1.08, 3), control.bps(), 0.01 * START_BPS);
    }

    @Test
    void growsNoFurtherThanAQuarterAboveWhatArrives() {
        update(PathUse.NORMAL, 900_000, 0);
        update(PathUse.NORMAL, 900_000, 60_000);
        assertTrue(control.bps() <= 1.25 * 900_000 + 10_000, control.bps() + " bit/s");
        assertTrue(control.bps() > 1.2 * 900_000, control.bps() + " bit/s");
    }

    @Test
    void whatIsHigherThanWhatArrivesDoesNotFallForThat() {
        update(PathUse.NORMAL, 100_000, 0);
        update(PathUse.NORMAL, 100_000, 10_000);
        assertEquals(START_BPS, control.bps());
    }

    @Test
    void growsOnlyWhileThePathIsPutToTheTest() {
        for (int i = 0; i < 100; i++) {
            assertFalse(control.update(PathUse.NORMAL, PLENTY, false, nowNs += 50 * MS));
        }
        assertEquals(START_BPS, control.bps());
    }

    @Test
    void fallsToEightyFivePercentOfWhatArrives() {
        update(PathUse.NORMAL, 800_000, 0);
        nowNs += 1_000 * MS;
        assertTrue(control.update(PathUse.OVER, 800_000, true, nowNs));
        assertEquals(0.85 * 800_000, control.bps(), 1);
    }

    @Test
    void oneQueueLowersItOnceInARoundTrip() {
        control.rtt(100 * MS);
        nowNs += 1_000 * MS;
        assertTrue(control.update(PathUse.OVER, 800_000, true, nowNs));
        assertFalse(control.update(PathUse.OVER, 700_000, true, nowNs + 50 * MS));
        assertEquals(0.85 * 800_000, control.bps(), 1);
        assertTrue(control.update(PathUse.OVER, 700_000, true, nowNs + 100 * MS));
        assertEquals(0.85 * 700_000, control.bps(), 1);
    }

    @Test
    void collapseDoesNotWaitForTheRoundTrip() {
        control.rtt(200 * MS);
        nowNs += 1_000 * MS;
        control.update(PathUse.OVER, 800_000, true, nowNs);
        assertTrue(control.update(PathUse.OVER, 200_000, true, nowNs + 20 * MS));
        assertEquals(0.85 * 200_000, control.bps(), 1);
    }

    @Test
    void fallNeverRaises() {
        nowNs += 1_000 * MS;
        assertFalse(control.update(PathUse.OVER, 3_000_000, true, nowNs));
        assertTrue(control.bps() <= START_BPS);
    }

    @Test
    void holdsWhileTheQueueEmptiesThenGrows() {
        nowNs += 1_000 * MS;
        control.update(PathUse.OVER, 800_000, true, nowNs);
        double fallen = control.bps();
        for (int i = 0; i < 20; i++) {
            update(PathUse.UNDER, 800_000, 50);
        }
        assertEquals(fallen, control.bps());
        update(PathUse.NORMAL, 800_000, 50);
        assertEquals(fallen, control.bps(), fallen / 1_000);
        update(PathUse.NORMAL, 800_000, 500);
        assertTrue(control.bps() > fallen);
    }

    @Test
    void growsByPacketsNearWhatThePathWasFoundToCarry() {
        nowNs += 1_000 * MS;
        control.update(PathUse.OVER, 2_000_000, true, nowNs);
        control.set(1_700_000, nowNs);
        update(PathUse.NORMAL, 1_700_000, 0);
        update(PathUse.NORMAL, 1_700_000, 1_000);
        double step = control.bps() - 1_700_000;
        assertTrue(step > 4_000 && step < 0.2 * 1_700_000, step + " bit/s in a second");
        // Where others never give way, by its share.
        control.contested(true);
        control.set(1_700_000, nowNs);
        update(PathUse.NORMAL, 1_700_000, 1_000);
        assertEquals(1.08 * 1_700_000, control.bps(), 1_000);
    }

    @Test
    void aNarrowPathIsNotOutgrownByPackets() {
        nowNs += 1_000 * MS;
        control.update(PathUse.OVER, 300_000, true, nowNs);
        control.set(250_000, nowNs);
        update(PathUse.NORMAL, 250_000, 0);
        update(PathUse.NORMAL, 250_000, 1_000);
        double step = control.bps() - 250_000;
        assertTrue(step > 10_000 && step < 0.25 * 250_000, step + " bit/s in a second");
    }

    @Test
    void staysWithinItsBounds() {
        nowNs += 1_000 * MS;
        control.update(PathUse.OVER, 10_000, true, nowNs);
        assertEquals(MIN_BPS, control.bps());
        for (int i = 0; i < 100; i++) {
            update(PathUse.NORMAL, PLENTY, 1_000);
        }
        assertEquals(MAX_BPS, control.bps());
        control.set(1e12, nowNs);
        assertEquals(MAX_BPS, control.bps());
    }

    private void update(PathUse use, double arrivingBps, long afterMs) {
        // As often as feedback comes, since a step of time counts for a second at most.
        long left = afterMs;
        do {
            long step = Math.min(left, 50);
            nowNs += step * MS;
            left -= step;
            control.update(use, arrivingBps, true, nowNs);
        } while (left > 0);
    }
}

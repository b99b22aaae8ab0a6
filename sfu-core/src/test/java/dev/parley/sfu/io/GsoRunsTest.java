package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class GsoRunsTest {
    private final GsoRuns run = new GsoRuns();

    @Test
    void nothingFitsBeforeARunIsBegunOrAfterItsEnd() {
        assertFalse(run.fits(1));
        run.begin(100);
        run.end();
        assertFalse(run.fits(100));
    }

    @Test
    void equalSizesGoOnAndAShorterOneIsTheLast() {
        run.begin(100);
        assertTrue(run.fits(100));
        run.add(100);
        assertFalse(run.fits(101));
        assertTrue(run.fits(99));
        run.add(99);
        assertFalse(run.fits(99));
        assertEquals(3, run.segments());
        assertEquals(299, run.bytes());
        assertEquals(100, run.segmentBytes());
    }

    @Test
    void runIsBoundedInSegmentsAndBytes() {
        run.begin(10);
        while (run.fits(10)) {
            run.add(10);
        }
        assertEquals(GsoRuns.MAX_SEGMENTS, run.segments());
        run.begin(1_200);
        while (run.fits(1_200)) {
            run.add(1_200);
        }
        assertEquals(54, run.segments());
    }
}

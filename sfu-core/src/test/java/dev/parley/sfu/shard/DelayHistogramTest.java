package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.SfuStats;
import dev.parley.sfu.buffer.AllocationMeter;
import org.junit.jupiter.api.Test;

class DelayHistogramTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    private final DelayHistogram histogram = new DelayHistogram();

    @Test
    void tellsQuantilesToAHundredthAndSumsExactly() {
        for (int i = 1; i <= 1_000; i++) {
            histogram.record(i * 10_000L);
        }
        SfuStats.Delay delay = histogram.summary(SECOND);
        assertEquals(1_000, delay.count());
        assertEquals(500_500L * 10_000, delay.totalNs());
        assertNear(5 * MS, delay.p50Ns());
        assertNear(9_900_000, delay.p99Ns());
        assertNear(9_990_000, delay.p999Ns());
        assertNear(10 * MS, delay.maxNs());
    }

    @Test
    void isZeroWhileNothingIsRecorded() {
        assertEquals(new SfuStats.Delay(0, 0, 0, 0, 0, 0), histogram.summary(SECOND));
    }

    @Test
    void quantilesForgetWhatIsOlderThanAMinuteAndCountsDoNot() {
        histogram.record(50 * MS);
        assertNear(50 * MS, histogram.summary(SECOND).p50Ns());
        long nowNs = SECOND;
        for (int i = 0; i < 11; i++) {
            nowNs += 5 * SECOND;
            histogram.record(MS);
            assertNear(50 * MS, histogram.summary(nowNs).maxNs());
        }
        histogram.record(MS);
        SfuStats.Delay later = histogram.summary(nowNs + 10 * SECOND);
        assertNear(MS, later.maxNs());
        assertEquals(13, later.count());
        assertEquals(62 * MS, later.totalNs());
    }

    @Test
    void askingOftenLosesNothing() {
        for (int i = 0; i < 1_000; i++) {
            histogram.record(i < 900 ? MS : 20 * MS);
            histogram.summary(i * MS);
        }
        SfuStats.Delay delay = histogram.summary(SECOND);
        assertNear(MS, delay.p50Ns());
        assertNear(20 * MS, delay.p99Ns());
    }

    @Test
    void boundsWhatAClockThatIsOffMayRecord() {
        histogram.record(-5 * SECOND);
        histogram.record(Long.MAX_VALUE);
        SfuStats.Delay delay = histogram.summary(SECOND);
        assertTrue(delay.p50Ns() <= 1_024, delay + " has not taken a negative one as 0");
        assertNear(60 * SECOND, delay.maxNs());
    }

    @Test
    void quantilesBeginAnewWhenAskedTo() {
        histogram.record(50 * MS);
        histogram.summary(SECOND);
        histogram.record(50 * MS);
        histogram.forget();
        histogram.record(MS);
        SfuStats.Delay delay = histogram.summary(SECOND);
        assertNear(MS, delay.maxNs());
        assertEquals(3, delay.count());
    }

    @Test
    void recordingMakesNoGarbage() {
        long least = AllocationMeter.leastBytes(() -> {
            for (int i = 0; i < 100_000; i++) {
                histogram.record(i * 1_000L);
            }
        });
        assertEquals(0, least);
    }

    private static void assertNear(long expectedNs, long actualNs) {
        assertTrue(Math.abs(actualNs - expectedNs) <= expectedNs / 50, actualNs + " is not about " + expectedNs);
    }
}

package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Groups sent every 10 ms, and what their delays are taken for. */
final class DelayTrendTest {
    private static final long SENT_US = 10_000;

    private final DelayTrend trend = new DelayTrend();
    private long arrivalUs = 7_000_000;

    @Test
    void steadyDelaysAreNormalHoweverLongTheyAre() {
        groups(200, 0);
        assertEquals(PathUse.NORMAL, trend.use());
        assertEquals(0, trend.msPerSecond(), 1e-6);
    }

    @Test
    void jitterIsNoTrend() {
        Random random = new Random(1);
        long before = 0;
        for (int i = 0; i < 1_000; i++) {
            long delay = random.nextInt(4_000);
            group(delay - before);
            before = delay;
            assertNotEquals(PathUse.OVER, trend.use(), "at group " + i);
        }
    }

    @Test
    void queueThatFillsIsOveruseWithinAQuarterOfASecond() {
        groups(100, 0);
        int groups = 0;
        while (trend.use() != PathUse.OVER) {
            group(3_000);
            groups++;
            assertTrue(groups < 25, "not seen after " + groups * 10 + " ms");
        }
        assertTrue(trend.msPerSecond() > 0);
    }

    @Test
    void queueThatEmptiesIsUnderuseAndAnEmptyOneNormal() {
        groups(100, 0);
        groups(30, 3_000);
        groups(30, -3_000);
        assertEquals(PathUse.UNDER, trend.use());
        groups(100, 0);
        assertEquals(PathUse.NORMAL, trend.use());
    }

    @Test
    void slopeSaysHowFastTheQueueGrows() {
        groups(40, 0);
        // What is measured is stretched by the queue's growth: 1 ms for each 11 ms between arrivals.
        groups(100, 1_000);
        assertEquals(1_000.0 / 11, trend.msPerSecond(), 1);
    }

    @Test
    void thresholdGetsUsedToSlowGrowthButNotToASuddenOne() {
        groups(100, 0);
        // draft-ietf-rmcat-gcc-02 §5.4: so that flows beside those that fill queues are not starved.
        groups(2_000, 30);
        assertEquals(PathUse.NORMAL, trend.use());
        groups(25, 5_000);
        assertEquals(PathUse.OVER, trend.use());
    }

    @Test
    void resetForgetsTheQueue() {
        groups(100, 0);
        groups(30, 3_000);
        trend.reset();
        assertEquals(PathUse.NORMAL, trend.use());
        assertEquals(0, trend.msPerSecond(), 0);
        groups(100, 0);
        assertEquals(PathUse.NORMAL, trend.use());
    }

    private void groups(int count, long laterUs) {
        for (int i = 0; i < count; i++) {
            group(laterUs);
        }
    }

    /** A group that has been on its way so much longer than the one before. */
    private void group(long laterUs) {
        arrivalUs += SENT_US + laterUs;
        trend.add(SENT_US, SENT_US + laterUs, arrivalUs);
    }
}

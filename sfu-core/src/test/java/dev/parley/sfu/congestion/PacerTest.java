package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PacerTest {
    private static final long MS = 1_000_000;
    private static final long START_NS = 1_000_000_000;
    private static final int SIZE = 1_200;

    private final Pacer pacer = new Pacer(Pacer.DEFAULT_QUANTUM_NS);

    @Test
    void turnPassesAtOnceWhileTheBucketIsOpen() {
        pacer.estimate(5_000_000, false, START_NS);
        for (int i = 0; i < 30; i++) {
            long nowNs = START_NS + 33L * i * MS;
            assertTrue(pacer.isOpen(nowNs), "a frame had to wait");
            pacer.sent(20_000, nowNs);
        }
    }

    @Test
    void whatFollowsALargeFrameWaitsUntilItHasLeftAtTwoAndAHalfTimesTheEstimate() {
        pacer.estimate(1_000_000, false, START_NS);
        pacer.sent(50_000, START_NS);
        assertFalse(pacer.isOpen(START_NS));
        pacer.enqueue(Pacer.Priority.VIDEO, 7, SIZE, START_NS);
        // 50,000 bytes at 2.5 Mbit/s.
        assertEquals(160, (pacer.nextReleaseNs() - START_NS) / MS);
        assertEquals(Pacer.NONE, pacer.poll(START_NS + 100 * MS));
        assertEquals(7, pacer.poll(pacer.nextReleaseNs()));
        assertEquals(Long.MAX_VALUE, pacer.nextReleaseNs());
    }

    @Test
    void audioGoesBeforeRetransmissionsAndTheseBeforeVideo() {
        pacer.estimate(1_000_000, false, START_NS);
        pacer.enqueue(Pacer.Priority.VIDEO, 1, SIZE, START_NS);
        pacer.enqueue(Pacer.Priority.RETRANSMISSION, 2, SIZE, START_NS);
        pacer.enqueue(Pacer.Priority.AUDIO, 3, 100, START_NS);
        assertEquals(3, pacer.poll(START_NS));
        assertEquals(2, pacer.poll(START_NS));
        assertEquals(1, pacer.poll(START_NS));
    }

    @Test
    void audioLeavesHoweverFullTheBucketIs() {
        pacer.estimate(100_000, false, START_NS);
        pacer.sent(100_000, START_NS);
        pacer.enqueue(Pacer.Priority.VIDEO, 1, SIZE, START_NS);
        pacer.enqueue(Pacer.Priority.AUDIO, 2, 100, START_NS);
        assertEquals(2, pacer.poll(START_NS));
        assertEquals(Pacer.NONE, pacer.poll(START_NS));
    }

    @Test
    void audioIsNotKeptBackByVideoThatWaits() {
        pacer.estimate(100_000, false, START_NS);
        pacer.sent(100_000, START_NS);
        pacer.enqueue(Pacer.Priority.VIDEO, 1, SIZE, START_NS);
        assertTrue(pacer.nextReleaseNs() > START_NS);
        pacer.enqueue(Pacer.Priority.AUDIO, 2, 100, START_NS);
        assertTrue(pacer.nextReleaseNs() <= START_NS);
    }

    @Test
    void keyframeOfBetterTimesHoldsNothingBackForLongerThanAnythingMayWait() {
        pacer.estimate(10_000_000, false, START_NS);
        pacer.sent(100_000, START_NS);
        pacer.estimate(200_000, true, START_NS);
        pacer.enqueue(Pacer.Priority.VIDEO, 1, SIZE, START_NS);
        // And what a burst takes at the new rate.
        assertTrue(pacer.nextReleaseNs() <= START_NS + Pacer.MAX_DELAY_NS + 150 * MS);
    }

    @Test
    void noVideoWaitsMuchLongerThanAllowed() {
        pacer.estimate(100_000, false, START_NS);
        pacer.sent(3_000, START_NS);
        for (int i = 0; i < 200; i++) {
            pacer.enqueue(Pacer.Priority.VIDEO, i, SIZE, START_NS);
        }
        long nowNs = START_NS;
        int left = 200;
        while (pacer.queued() > 4) {
            nowNs = Math.max(nowNs, pacer.nextReleaseNs());
            while (pacer.poll(nowNs) != Pacer.NONE) {
                left--;
            }
        }
        assertTrue(left <= 4);
        // At the estimate's pace it would take 7.7 s.
        assertTrue(nowNs - START_NS < 3 * Pacer.MAX_DELAY_NS, "waited " + (nowNs - START_NS) / MS + " ms");
    }

    @Test
    void whatIsOvertakenIsLetGoOfWhereverItWaits() {
        pacer.estimate(1_000_000, false, START_NS);
        pacer.sent(50_000, START_NS);
        for (int i = 0; i < 10; i++) {
            pacer.enqueue(i % 5 == 0 ? Pacer.Priority.RETRANSMISSION : Pacer.Priority.VIDEO, i, SIZE, START_NS);
        }
        assertEquals(5, pacer.removeIf(handle -> handle % 2 == 1));
        assertEquals(5, pacer.queued());
        assertEquals(5 * SIZE, pacer.queuedBytes());
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            left.add(pacer.poll(pacer.nextReleaseNs()));
        }
        assertEquals(List.of(0, 2, 4, 6, 8), left);
        assertEquals(0, pacer.queuedBytes());
    }

    @Test
    void retransmissionsThatWaitForTooLongAreGivenUp() {
        pacer.estimate(100_000, false, START_NS);
        pacer.enqueue(Pacer.Priority.RETRANSMISSION, 5, SIZE, START_NS);
        assertEquals(Pacer.NONE, pacer.pollStale(START_NS + Pacer.MAX_RETRANSMISSION_DELAY_NS - 1));
        assertEquals(5, pacer.pollStale(START_NS + Pacer.MAX_RETRANSMISSION_DELAY_NS));
        assertEquals(0, pacer.queued());
        assertEquals(0, pacer.queuedBytes());
    }

    @Test
    void nothingLeavesFasterThanTheEstimateWhileAQueueDrains() {
        pacer.estimate(1_000_000, true, START_NS);
        pacer.sent(50_000, START_NS);
        pacer.enqueue(Pacer.Priority.VIDEO, 7, SIZE, START_NS);
        assertEquals(400, (pacer.nextReleaseNs() - START_NS) / MS);
    }
}

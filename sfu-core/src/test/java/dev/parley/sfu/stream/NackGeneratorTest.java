package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class NackGeneratorTest {
    private static final long MS = 1_000_000L;
    private static final long RTT_NS = 80 * MS;

    private final NackGenerator nacks = new NackGenerator();
    private final int[] out = new int[64];

    @Test
    void nothingIsAskedForWhileNothingIsMissing() {
        receive(1, 2, 3);
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
        assertEquals(0, nacks.due(Long.MAX_VALUE - 1, RTT_NS, out));
    }

    @Test
    void gapIsAskedForWhenOneFurtherPacketHasArrived() {
        nacks.received(5, 0);
        nacks.received(8, 1 * MS);
        assertArrayEquals(new int[0], due(1 * MS));
        nacks.received(9, 2 * MS);
        assertEquals(2 * MS, nacks.nextDeadlineNs());
        assertArrayEquals(new int[] {6, 7}, due(2 * MS));
    }

    @Test
    void gapAtTheEndIsAskedForAfterTheAllowance() {
        nacks.received(5, 0);
        nacks.received(7, 1 * MS);
        assertEquals(6 * MS, nacks.nextDeadlineNs());
        assertArrayEquals(new int[0], due(6 * MS - 1));
        assertArrayEquals(new int[] {6}, due(6 * MS));
    }

    @Test
    void reorderedPacketIsNeverAskedFor() {
        nacks.received(5, 0);
        nacks.received(7, 1 * MS);
        nacks.received(6, 2 * MS);
        nacks.received(8, 3 * MS);
        assertArrayEquals(new int[0], due(50 * MS));
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
    }

    @Test
    void askIsRepeatedAtThePaceOfTheRoundTripAndTenTimesInAll() {
        receive(1, 3, 4);
        long nowNs = 0;
        for (int tries = 0; tries < NackGenerator.MAX_TRIES; tries++) {
            nowNs = nacks.nextDeadlineNs();
            assertArrayEquals(new int[] {2}, due(nowNs));
            assertArrayEquals(new int[0], due(nowNs + RTT_NS - 1));
            assertEquals(nowNs + 100 * MS, nacks.nextDeadlineNs());
        }
        assertArrayEquals(new int[0], due(nacks.nextDeadlineNs()));
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
        assertEquals(1, nacks.givenUpTotal());
    }

    @Test
    void unknownRoundTripStillLeavesTimeBetweenAsks() {
        receive(1, 3, 4);
        assertEquals(1, nacks.due(0, 0, out));
        assertEquals(0, nacks.due(20 * MS - 1, 0, out));
        assertEquals(1, nacks.due(20 * MS, 0, out));
    }

    @Test
    void recoveredPacketIsNotAskedForAgain() {
        receive(1, 4, 5);
        assertArrayEquals(new int[] {2, 3}, due(0));
        nacks.recovered(2);
        assertArrayEquals(new int[] {3}, due(500 * MS));
        nacks.recovered(3);
        nacks.recovered(3);
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
        assertEquals(2, nacks.recoveredTotal());
    }

    @Test
    void sequenceNumbersAreWrittenWith16Bits() {
        receive(0xFFFE, 0x1_0001, 0x1_0002);
        assertArrayEquals(new int[] {0xFFFF, 0}, due(0));
    }

    @Test
    void whatDoesNotFitStaysDue() {
        receive(0, 6, 7);
        int[] small = new int[3];
        assertEquals(3, nacks.due(0, RTT_NS, small));
        assertArrayEquals(new int[] {1, 2, 3}, small);
        assertEquals(2, nacks.due(0, RTT_NS, small));
        assertEquals(4, small[0]);
        assertEquals(5, small[1]);
        assertEquals(0, nacks.due(0, RTT_NS, small));
    }

    @Test
    void keyframeEndsTheSearchForWhatPrecedesIt() {
        receive(1, 3, 10);
        receive(8, 11);
        nacks.keyframe(8);
        assertArrayEquals(new int[] {9}, due(0));
        nacks.keyframe(2);
        assertEquals(1, nacks.missing());
    }

    @Test
    void burstOfTheMaximumIsRememberedAndOneMoreAsksForAKeyframe() {
        receive(0, NackGenerator.MAX_MISSING + 1);
        assertEquals(NackGenerator.MAX_MISSING, nacks.missing());
        assertFalse(nacks.takeKeyframeNeeded());

        receive(NackGenerator.MAX_MISSING + 3);
        assertEquals(0, nacks.missing());
        assertTrue(nacks.takeKeyframeNeeded());
        assertFalse(nacks.takeKeyframeNeeded());
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
    }

    @Test
    void latestKeyframeMakesRoomBeforeEverythingIsGivenUp() {
        receive(0, 900);
        nacks.keyframe(900);
        receive(1_500);
        assertEquals(599, nacks.missing());
        assertFalse(nacks.takeKeyframeNeeded());
    }

    private void receive(long... sequences) {
        for (long sequence : sequences) {
            nacks.received(sequence, 0);
        }
    }

    private int[] due(long nowNs) {
        return Arrays.copyOf(out, nacks.due(nowNs, RTT_NS, out));
    }
}

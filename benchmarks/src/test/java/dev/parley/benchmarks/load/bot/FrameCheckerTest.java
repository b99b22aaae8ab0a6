package dev.parley.benchmarks.load.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.PacketizedEncoding;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FrameCheckerTest {
    private static final PacketizedClip CLIP =
            PacketizedClip.of(SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 4, 30));
    private static final int LOW = 0;
    private static final int HIGH = 2;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Totals totals = new Totals();
    private final FrameChecker checker = new FrameChecker(totals);
    private long sequence = 1_000;
    private long nowNs;

    @BeforeEach
    void shows() {
        checker.clip(CLIP);
    }

    @Test
    void allFramesOfTheClipAroundItsEndAreComplete() {
        send(frames(HIGH, 0, 120));
        send(frames(HIGH, 0, 30));

        assertWrong(0, 0, 0);
        assertEquals(150, totals.complete);
    }

    @Test
    void packetsInAnotherOrderAreWhatANetworkDoes() {
        List<Integer> packets = frames(HIGH, 0, 60);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < packets.size(); i++) {
            order.add(i);
        }
        for (int i = 0; i + 3 < order.size(); i += 4) {
            Collections.swap(order, i, i + 3);
        }
        // The first stays the first, or the stream would begin with another.
        Collections.swap(order, 0, order.indexOf(0));

        order.forEach(i -> checker.received(sequence + i, packets.get(i), nowNs));

        assertWrong(0, 0, 0);
        assertEquals(60, totals.complete);
    }

    @Test
    void aMissingPacketIsWaitedForAndThenItsFrameIsIncompleteAndWhatFollowsUndecodable() {
        List<Integer> packets = frames(HIGH, 0, 90);
        int lost = CLIP.encoding(HIGH).firstPacket(20) + 1;
        for (int i = 0; i < packets.size(); i++) {
            if (i != lost) {
                checker.received(sequence + i, packets.get(i), nowNs);
            }
        }
        assertEquals(20, totals.complete);
        assertEquals(0, totals.missing);

        nowNs += 2 * SECOND_NS;
        checker.onTimer(nowNs);

        assertEquals(1, totals.missing);
        // Frames 21 to 59 refer to what is missing; 60 is a keyframe.
        assertWrong(1, 0, 39);
        assertEquals(20 + 30, totals.complete);
        assertFalse(checker.needsKeyframe());
    }

    @Test
    void manyGapsAreCountedASecondAfterEachAndNotOneBehindTheOther() {
        List<Integer> packets = frames(HIGH, 0, 90);
        for (int i = 0; i < packets.size(); i++) {
            nowNs += SECOND_NS / 1_000;
            if (i % 10 != 5) {
                checker.received(sequence + i, packets.get(i), nowNs);
            }
            checker.onTimer(nowNs);
        }
        int lost = (packets.size() - 1 + 4) / 10; // The last one has nothing behind it.

        nowNs += SECOND_NS;
        checker.onTimer(nowNs);

        assertEquals(lost, totals.missing);
    }

    @Test
    void aMissingPacketThatComesInTimeIsNoLoss() {
        List<Integer> packets = frames(HIGH, 0, 40);
        for (int i = 0; i < packets.size(); i++) {
            if (i != 50) {
                checker.received(sequence + i, packets.get(i), nowNs);
            }
        }
        checker.received(sequence + 50, packets.get(50), nowNs + SECOND_NS / 2);
        checker.onTimer(nowNs + 5 * SECOND_NS);

        assertWrong(0, 0, 0);
        assertEquals(0, totals.missing);
        assertEquals(40, totals.complete);
    }

    @Test
    void aServerThatHidesALossByRenumberingIsFoundOut() {
        List<Integer> packets = frames(HIGH, 0, 40);
        packets.remove(CLIP.encoding(HIGH).firstPacket(20) + 1);

        send(packets);

        assertEquals(0, totals.missing);
        assertTrue(totals.incomplete > 0);
        assertTrue(totals.undecodable > 0);
    }

    @Test
    void aServerThatLeavesOutAFrameThatOthersReferToIsFoundOut() {
        List<Integer> packets = frames(HIGH, 0, 20);
        packets.addAll(frames(HIGH, 21, 40));

        send(packets);

        assertEquals(20, totals.complete);
        assertEquals(1, totals.outOfOrder);
        assertTrue(checker.needsKeyframe());
    }

    @Test
    void aServerMayLeaveOutTemporalLayers() {
        PacketizedEncoding high = CLIP.encoding(HIGH);
        List<Integer> packets = new ArrayList<>();
        for (int frame = 0; frame < 60; frame++) {
            if (high.frame(frame).temporalId() == 0) {
                packets.addAll(frames(HIGH, frame, frame + 1));
            }
        }

        send(packets);

        assertWrong(0, 0, 0);
        assertEquals(15, totals.complete);
    }

    @Test
    void framesThatComeTwiceAreFoundOut() {
        List<Integer> packets = frames(HIGH, 0, 21);
        packets.addAll(frames(HIGH, 20, 30));

        send(packets);

        assertEquals(1, totals.outOfOrder);
    }

    @Test
    void aSwitchToAnotherLayerIsFineWithAKeyframeAndNotWithout() {
        send(frames(LOW, 0, 10));
        send(frames(HIGH, 60, 70));

        assertWrong(0, 0, 0);
        assertEquals(1, totals.switches);

        send(frames(LOW, 71, 80));

        assertEquals(2, totals.switches);
        assertEquals(9, totals.undecodable);
        assertTrue(checker.needsKeyframe());
    }

    @Test
    void aCorruptPacketSpoilsItsFrame() {
        List<Integer> packets = frames(HIGH, 0, 10);
        packets.set(CLIP.encoding(HIGH).firstPacket(4) + 2, FrameChecker.CORRUPT);

        send(packets);

        assertEquals(4, totals.complete);
        assertEquals(1, totals.incomplete);
        assertEquals(5, totals.undecodable);
    }

    @Test
    void aStreamThatBeginsWithoutKeyframeIsUndecodableUntilThereIsOne() {
        send(frames(HIGH, 50, 65));

        assertEquals(10, totals.undecodable);
        assertEquals(5, totals.complete);
    }

    @Test
    void paddingIsPassedOver() {
        List<Integer> packets = frames(HIGH, 0, 10);
        packets.add(7, FrameChecker.PADDING);
        packets.add(3, FrameChecker.PADDING);

        send(packets);

        assertWrong(0, 0, 0);
        assertEquals(10, totals.complete);
    }

    private void assertWrong(long incomplete, long outOfOrder, long undecodable) {
        assertEquals(incomplete, totals.incomplete, "incomplete");
        assertEquals(outOfOrder, totals.outOfOrder, "out of order");
        assertEquals(undecodable, totals.undecodable, "undecodable");
    }

    /** With sequence numbers one after the other. */
    private void send(List<Integer> packets) {
        for (int number : packets) {
            checker.received(sequence++, number, nowNs);
        }
    }

    private static List<Integer> frames(int encoding, int from, int to) {
        List<Integer> numbers = new ArrayList<>();
        PacketizedEncoding packets = CLIP.encoding(encoding);
        for (int packet = packets.firstPacket(from); packet < packets.firstPacket(to); packet++) {
            numbers.add(CLIP.number(encoding, packet));
        }
        return numbers;
    }
}

package dev.parley.sfu.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stream.OutgoingPacket;
import dev.parley.sfu.stream.OutgoingPackets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PendingPacketsTest {
    private static final int VIDEO = 1;
    private static final int OTHER_VIDEO = 2;
    private static final int AUDIO = 3;

    private final PacketPool pool = PacketPool.bounded(128);
    private final PendingPackets pending = new PendingPackets(pool);
    private final PacketBuffer source = Objects.requireNonNull(pool.acquire());
    private int sequence;

    @AfterEach
    void everyPacketIsBackInThePool() {
        pending.clear();
        source.release();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void packetsOfAStreamStandTogetherInTheirOrder() {
        add(VIDEO, 1_000);
        add(AUDIO, 100);
        add(OTHER_VIDEO, 900);
        add(VIDEO, 1_000);
        add(OTHER_VIDEO, 900);
        add(VIDEO, 1_000);
        assertEquals(List.of(0, 3, 5, 1, 2, 4), wireOrder());
    }

    @Test
    void packetsAloneOfTheirStreamEndTheRunsOfLargerOnes() {
        add(AUDIO, 80);
        add(AUDIO + 1, 100);
        add(AUDIO + 2, 90);
        add(VIDEO, 95);
        add(AUDIO + 3, 110);
        add(VIDEO, 95);
        // Behind the video the largest that fits; of the rest each but the first is no larger than the one before it.
        assertEquals(List.of(3, 5, 2, 4, 1, 0), wireOrder());
    }

    @Test
    void frameWithTheLargerPacketsLastBecomesOfOneSize() {
        assertEquals(List.of(1, 1, 1, 0, 0), paddings(1_000, 1_000, 1_000, 1_001, 1_001));
    }

    @Test
    void equalPacketsAndAShorterLastOneStayAsTheyAre() {
        assertEquals(List.of(0, 0, 0), paddings(1_000, 1_000, 1_000));
        assertEquals(List.of(0, 0, 0), paddings(1_000, 1_000, 999));
        assertEquals(List.of(0, 0, 0), paddings(1_000, 1_000, 400));
        assertEquals(List.of(0), paddings(1_000));
    }

    @Test
    void shorterOneBetweenIsPadded() {
        assertEquals(List.of(0, 1, 0, 0), paddings(1_000, 999, 1_000, 999));
    }

    @Test
    void sizesFurtherApartBeginAnotherStretch() {
        assertEquals(List.of(0, 0, 0), paddings(1_000, 1_002, 1_004));
        assertEquals(List.of(1, 0, 1, 1, 0), paddings(500, 501, 1_000, 1_000, 1_001));
        // 1,002 is too far from 1,000, though not from 1,001.
        assertEquals(List.of(1, 0, 0), paddings(1_000, 1_001, 1_002));
    }

    @Test
    void audioIsNeverPadded() {
        add(AUDIO, 100);
        add(AUDIO, 101);
        assertEquals(2, pending.arrange());
        assertEquals(0, pending.padding(0));
    }

    @Test
    void packetThatFillsItsBufferIsNotPadded() {
        int all = PacketPool.PACKET_CAPACITY;
        OutgoingPackets.fill(pending.begin(), VIDEO, sequence++, source, 12, all - 12, true);
        pending.add(pending.begin());
        add(VIDEO, all - 11);
        pending.arrange();
        assertEquals(0, pending.padding(0));
    }

    @Test
    void takesAsManyAsItsCapacity() {
        for (int i = 0; i < PendingPackets.CAPACITY; i++) {
            assertFalse(pending.isFull());
            add(VIDEO, 100);
        }
        assertTrue(pending.isFull());
        assertEquals(PendingPackets.CAPACITY, pending.arrange());
    }

    @Test
    void equalPacketsOfOneStreamStayInTheirOrder() {
        add(VIDEO, 1_000);
        add(AUDIO, 100);
        assertEquals(2, pending.arrange());
        pending.clear();
        assertEquals(List.of(0, 0, 0), paddings(1_000, 1_000, 1_000));
        assertEquals(List.of(2, 3, 4), wireOrder());
    }

    @Test
    void packetThatWasOnlyBegunIsNotPending() {
        OutgoingPacket begun = pending.begin();
        assertEquals(0, pending.arrange());
        assertSame(begun, pending.begin());
    }

    private void add(int ssrc, int size) {
        OutgoingPacket packet = pending.begin();
        OutgoingPackets.fill(packet, ssrc, sequence++, source, 12, size - 12, ssrc < AUDIO);
        pending.add(packet);
    }

    private List<Integer> paddings(int... sizes) {
        pending.clear();
        Arrays.stream(sizes).forEach(size -> add(VIDEO, size));
        List<Integer> paddings = new ArrayList<>();
        int count = pending.arrange();
        for (int i = 0; i < count; i++) {
            paddings.add(pending.padding(i));
        }
        return paddings;
    }

    private List<Integer> wireOrder() {
        List<Integer> order = new ArrayList<>();
        int count = pending.arrange();
        for (int i = 0; i < count; i++) {
            order.add(pending.packet(i).sequenceNumber());
        }
        return order;
    }
}

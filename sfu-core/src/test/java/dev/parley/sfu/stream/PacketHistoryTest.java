package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PacketHistoryTest {
    private static final long MS = 1_000_000L;

    private final PacketPool pool = PacketPool.bounded(256);
    private final PacketHistory history = new PacketHistory(8, 32, 1_000 * MS);

    @AfterEach
    void everyPacketIsBackInThePool() {
        history.close();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void packetIsFoundByItsNumber() {
        PacketBuffer packet = store(0x1_0003, 0);
        int slot = history.find(0x1_0003, 10 * MS);
        assertSame(packet, history.packet(slot));
        assertSame(Packets.PUBLISHER_EXTENSIONS, history.extensions(slot));
        assertEquals(PacketHistory.MISS, history.find(3, 10 * MS));
    }

    @Test
    void unknownNumbersAreMisses() {
        assertEquals(PacketHistory.MISS, history.find(3, 0));
        store(10, 0);
        store(12, 0);
        assertEquals(PacketHistory.MISS, history.find(11, 0));
        assertEquals(PacketHistory.MISS, history.find(9, 0));
        assertEquals(PacketHistory.MISS, history.find(10 + 8, 0));
        assertEquals(PacketHistory.MISS, history.find(12 + 0x1_0000, 0));
    }

    @Test
    void packetsLeaveByAge() {
        store(1, 0);
        store(2, 500 * MS);
        assertEquals(PacketHistory.MISS, history.find(1, 1_001 * MS));
        store(5, 1_200 * MS);
        history.expire(1_200 * MS);
        assertEquals(2, pool.outstanding());
        history.expire(5_000 * MS);
        assertEquals(0, pool.outstanding());
        assertTrue(history.isEmpty());
        store(6, 5_000 * MS);
        assertTrue(history.find(6, 5_000 * MS) >= 0);
    }

    @Test
    void ringGrowsForYoungPacketsAndKeepsThemUpToItsMaximum() {
        for (int i = 0; i < 100; i++) {
            store(0xFFFF - 50 + i, i);
            assertEquals(Math.min(i + 1, 32), pool.outstanding());
        }
        assertEquals(32, history.capacity());
        for (int i = 68; i < 100; i++) {
            assertEquals(i, history.packet(history.find(0xFFFF - 50 + i, 100)).u8(0));
        }
        assertEquals(PacketHistory.MISS, history.find(0xFFFF - 50 + 67, 100));
    }

    @Test
    void latePacketsFindTheirPlace() {
        store(10, 0);
        store(13, 0);
        store(11, 0);
        store(9, 0);
        assertTrue(history.find(11, 0) >= 0);
        assertTrue(history.find(9, 0) >= 0);
        history.expire(5_000 * MS);
        assertEquals(0, pool.outstanding());
    }

    @Test
    void lateNumberBeyondTheRingIsNotKept() {
        store(100, 0);
        store(100 - 8, 0);
        assertEquals(1, pool.outstanding());
    }

    @Test
    void jumpAheadLeavesNothingBehind() {
        store(1, 0);
        store(2, 0);
        store(50_000, 0);
        assertEquals(1, pool.outstanding());
        assertTrue(history.find(50_000, 0) >= 0);
    }

    @Test
    void sameNumberTwiceKeepsTheLatter() {
        store(1, 0);
        PacketBuffer second = store(1, 0);
        assertSame(second, history.packet(history.find(1, 0)));
        assertEquals(1, history.size());
    }

    @Test
    void streamThatHasEndedKeepsNothing() {
        store(1, 0);
        history.close();
        assertEquals(0, pool.outstanding());
        store(2, 0);
        assertEquals(0, pool.outstanding());
    }

    /** The packet's first byte says when it was stored. */
    private PacketBuffer store(long sequence, long nowNs) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putU8(0, (int) nowNs);
        history.store(packet, Packets.PUBLISHER_EXTENSIONS, sequence, nowNs);
        packet.release();
        return packet;
    }
}

package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RetransmissionBufferTest {
    private static final long MS = 1_000_000L;
    private static final long RTT_NS = 50 * MS;

    private final PacketPool pool = PacketPool.bounded(256);
    private final RetransmissionBuffer buffer = new RetransmissionBuffer(8, 32, 1_000 * MS);

    @AfterEach
    void everyPacketIsBackInThePool() {
        buffer.close();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void packetIsFoundWithWhatItsHeaderSaid() {
        PacketBuffer packet = store(0x1_0003, 0);
        int slot = buffer.find(3, 10 * MS, RTT_NS);
        assertSame(packet, buffer.packet(slot));
        assertEquals(0x1_0003 * 10, buffer.timestamp(slot));
        assertTrue(buffer.marker(slot));
        assertEquals(97, buffer.rtxPayloadType(slot));
        assertEquals(5, buffer.pictureId(slot));
        assertEquals(6, buffer.tl0PicIdx(slot));
        assertEquals(7, buffer.frameNumber(slot));
    }

    @Test
    void unknownNumbersAreMisses() {
        assertEquals(RetransmissionBuffer.MISS, buffer.find(3, 0, RTT_NS));
        store(10, 0);
        store(12, 0);
        assertEquals(RetransmissionBuffer.MISS, buffer.find(11, 0, RTT_NS));
        assertEquals(RetransmissionBuffer.MISS, buffer.find(9, 0, RTT_NS));
        assertEquals(RetransmissionBuffer.MISS, buffer.find(10 + 8, 0, RTT_NS));
        assertEquals(RetransmissionBuffer.MISS, buffer.find(10 + 0x8000, 0, RTT_NS));
    }

    @Test
    void repeatedAsksWithinARoundTripAreOne() {
        store(10, 0);
        assertTrue(buffer.find(10, 0, RTT_NS) >= 0);
        assertEquals(RetransmissionBuffer.THROTTLED, buffer.find(10, RTT_NS - MS, RTT_NS));
        assertTrue(buffer.find(10, RTT_NS, RTT_NS) >= 0);
    }

    @Test
    void packetsLeaveByAge() {
        store(1, 0);
        store(2, 500 * MS);
        assertEquals(RetransmissionBuffer.MISS, buffer.find(1, 1_001 * MS, RTT_NS));
        store(5, 1_200 * MS);
        assertEquals(2, pool.outstanding());
        buffer.expire(5_000 * MS);
        assertEquals(0, pool.outstanding());
        assertTrue(buffer.isEmpty());
        store(6, 5_000 * MS);
        assertTrue(buffer.find(6, 5_000 * MS, RTT_NS) >= 0);
    }

    @Test
    void ringGrowsForYoungPacketsAndKeepsThemUpToItsMaximum() {
        for (int i = 0; i < 100; i++) {
            store(0xFFFF - 50 + i, i);
            assertEquals(Math.min(i + 1, 32), pool.outstanding());
        }
        assertEquals(32, buffer.capacity());
        for (int i = 68; i < 100; i++) {
            int slot = buffer.find((0xFFFF - 50 + i) & 0xFFFF, 100, RTT_NS);
            assertEquals((0xFFFF - 50 + i) * 10, buffer.timestamp(slot));
        }
        assertEquals(RetransmissionBuffer.MISS, buffer.find(0xFFFF - 50 + 67, 100, RTT_NS));
    }

    @Test
    void latePacketsFindTheirPlace() {
        store(10, 0);
        store(13, 0);
        store(11, 0);
        store(9, 0);
        assertTrue(buffer.find(11, 0, RTT_NS) >= 0);
        assertTrue(buffer.find(9, 0, RTT_NS) >= 0);
        buffer.expire(5_000 * MS);
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
        assertTrue(buffer.find(50_000, 0, RTT_NS) >= 0);
    }

    @Test
    void sameNumberTwiceKeepsTheLatter() {
        store(1, 0);
        PacketBuffer second = store(1, 0);
        assertSame(second, buffer.packet(buffer.find(1, 0, RTT_NS)));
        assertEquals(1, buffer.size());
    }

    private PacketBuffer store(long sequence, long nowNs) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        buffer.store(packet, Packets.PUBLISHER_EXTENSIONS, sequence, (int) sequence * 10, true, 97, 5, 6, 7, nowNs);
        packet.release();
        return packet;
    }
}

package dev.parley.sfu.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropReason;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DatagramQueueTest {
    private final List<byte[]> sent = new ArrayList<>();
    private final DatagramQueue queue = new DatagramQueue(2, ChangeCipherSpecGate.alwaysOpen(), sent::add);
    private final byte[] buffer = new byte[64];

    @Test
    void givesACopyInOrder() throws Exception {
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer packet = alert(pool, 1);
            assertNull(queue.offer(packet));
            packet.putU8(13, 2);
            assertNull(queue.offer(packet));
            packet.release();
        }

        assertEquals(15, queue.receive(buffer, 0, 64, 1));
        assertEquals(1, buffer[13]);
        assertEquals(15, queue.receive(buffer, 0, 64, 1));
        assertEquals(2, buffer[13]);
        assertEquals(-1, queue.receive(buffer, 0, 64, 1));
    }

    @Test
    void refusesMoreThanItsCapacity() {
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer packet = alert(pool, 1);
            assertNull(queue.offer(packet));
            assertNull(queue.offer(packet));
            assertEquals(DropReason.DTLS_LIMIT, queue.offer(packet));
            packet.release();
        }
    }

    @Test
    void endsTheReaderWhenClosedButStillSends() {
        queue.close();

        assertThrows(InterruptedIOException.class, () -> queue.receive(buffer, 0, 64, 0));
        queue.send(new byte[] {0, 1, 2, 3}, 1, 2);
        assertArrayEquals(new byte[] {1, 2}, sent.getFirst());
    }

    private static PacketBuffer alert(PacketPool pool, int level) {
        byte[] record = new byte[15];
        Arrays.fill(record, (byte) 0);
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, record, 0, record.length);
        packet.length(record.length);
        packet.putU8(0, 21);
        packet.putU16(1, 0xFEFD);
        packet.putU16(11, 2);
        packet.putU8(13, level);
        return packet;
    }
}

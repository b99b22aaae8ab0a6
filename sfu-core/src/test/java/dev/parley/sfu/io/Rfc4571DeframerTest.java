package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Rfc4571DeframerTest {
    private final PacketPool pool = PacketPool.bounded(4);
    private final DropCounters drops = new DropCounters();
    private final Rfc4571Deframer deframer = new Rfc4571Deframer(pool, drops);
    private final List<byte[]> frames = new ArrayList<>();

    @AfterEach
    void everyBufferIsBackInThePool() {
        deframer.close();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void cutsTheSameFramesWhereverTheStreamIsSplit() {
        byte[] stream = stream(bytes(1), bytes(20), bytes(0), bytes(300));
        for (int split = 0; split <= stream.length; split++) {
            frames.clear();
            assertTrue(feed(stream, 0, split));
            assertTrue(feed(stream, split, stream.length));
            assertFrames(bytes(1), bytes(20), bytes(300));
        }
    }

    @Test
    void cutsAStreamThatComesByteByByte() {
        byte[] stream = stream(bytes(2), bytes(PacketPool.PACKET_CAPACITY), bytes(3));
        for (int i = 0; i < stream.length; i++) {
            assertTrue(feed(stream, i, i + 1));
        }
        assertFrames(bytes(2), bytes(PacketPool.PACKET_CAPACITY), bytes(3));
    }

    @Test
    void givesUpOnAFrameLargerThanAPacket() {
        byte[] stream = stream(bytes(5), bytes(PacketPool.PACKET_CAPACITY + 1));
        assertFalse(feed(stream, 0, stream.length));
        assertFrames(bytes(5));
    }

    @Test
    void skipsAFrameForWhichThePoolHasNoBufferAndStaysInStep() {
        List<PacketBuffer> hogged = new ArrayList<>();
        for (PacketBuffer p = pool.acquire(); p != null; p = pool.acquire()) {
            hogged.add(p);
        }
        byte[] stream = stream(bytes(50), bytes(9));
        assertTrue(feed(stream, 0, 30));
        hogged.forEach(PacketBuffer::release);
        assertTrue(feed(stream, 30, stream.length));
        assertFrames(bytes(9));
        assertEquals(1, drops.value(DropReason.POOL_EMPTY));
    }

    @Test
    void stopsInTheMiddleOfTheDataWhenClosedByItsSink() {
        byte[] stream = stream(bytes(5), bytes(6), bytes(7));
        assertTrue(deframer.feed(ByteBuffer.wrap(stream), frame -> {
            frames.add(frame.toByteArray());
            frame.release();
            deframer.close();
        }));
        assertFrames(bytes(5));
    }

    private boolean feed(byte[] stream, int from, int to) {
        return deframer.feed(ByteBuffer.wrap(stream, from, to - from), frame -> {
            frames.add(frame.toByteArray());
            frame.release();
        });
    }

    private void assertFrames(byte[]... expected) {
        assertEquals(expected.length, frames.size());
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], frames.get(i));
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + length);
        }
        return bytes;
    }

    private static byte[] stream(byte[]... packets) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            stream.write(packet.length >>> 8);
            stream.write(packet.length);
            stream.writeBytes(packet);
        }
        return stream.toByteArray();
    }
}

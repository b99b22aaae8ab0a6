package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;

/** Redundant audio: the blocks fill the payload to its end, one behind the other, whatever the heads say. */
final class RedPayloadFuzzTest {
    private static final PacketPool POOL = PacketPool.bounded(1);

    @FuzzTest
    void blocksLieOneBehindTheOther(byte[] data) {
        if (data.length <= 1_500) {
            check(data);
        }
    }

    static void checkFlipped(String hex) {
        byte[] whole = Packets.bytes(hex);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            check(flipped);
        }
    }

    private static void check(byte[] payload) {
        PacketBuffer packet = Packets.of(payload, POOL);
        RedPayload red = new RedPayload();
        if (red.wrap(packet, 0, packet.length())) {
            int at = 4 * red.redundantCount() + 1;
            for (int block = 0; block < red.redundantCount(); block++) {
                assertEquals(at, red.offset(block));
                at += red.length(block);
            }
            assertEquals(at, red.primaryOffset());
            assertTrue(red.primaryLength() >= 0);
            assertEquals(payload.length, red.primaryOffset() + red.primaryLength());
        }
        packet.release();
    }
}

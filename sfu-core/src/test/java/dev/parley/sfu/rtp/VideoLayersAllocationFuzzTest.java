package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;

/** Allocations of any bytes: read within the element, and what is read makes sense. */
final class VideoLayersAllocationFuzzTest {
    private static final PacketPool POOL = PacketPool.bounded(1);

    @FuzzTest
    void staysWithinItsBytes(byte[] data) {
        if (data.length <= 255) {
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

    private static void check(byte[] data) {
        PacketBuffer packet = Packets.of(data, POOL);
        VideoLayersAllocation allocation = new VideoLayersAllocation();
        boolean sound = allocation.wrap(packet, 0, packet.length());
        assertTrue(allocation.streamCount() <= VideoLayersAllocation.MAX_STREAMS);
        assertTrue(allocation.rtpStream() < VideoLayersAllocation.MAX_STREAMS);
        for (int stream = 0; stream < VideoLayersAllocation.MAX_STREAMS; stream++) {
            for (int layer = 0; layer < VideoLayersAllocation.MAX_SPATIAL_LAYERS; layer++) {
                checkLayer(allocation, sound, stream, layer);
            }
        }
        packet.release();
    }

    private static void checkLayer(VideoLayersAllocation allocation, boolean sound, int stream, int layer) {
        int temporal = allocation.temporalLayers(stream, layer);
        assertTrue(temporal >= 0 && temporal <= VideoLayersAllocation.MAX_TEMPORAL_LAYERS);
        assertEquals(temporal > 0, allocation.isActive(stream, layer));
        assertFalse(!sound && temporal > 0, "a malformed one says nothing");
        assertFalse(stream >= allocation.streamCount() && temporal > 0, "a stream that there is not");
        for (int i = 0; i < VideoLayersAllocation.MAX_TEMPORAL_LAYERS; i++) {
            int kbps = allocation.bitrateKbps(stream, layer, i);
            assertTrue(kbps >= 0 && (i < temporal || kbps == 0));
        }
        int width = allocation.width(stream, layer);
        int height = allocation.height(stream, layer);
        assertTrue(width >= 0 && width <= 0x1_0000 && height >= 0 && height <= 0x1_0000);
        assertEquals(width == 0, height == 0);
        assertTrue(temporal > 0 || width == 0 && allocation.frameRate(stream, layer) == 0);
    }
}

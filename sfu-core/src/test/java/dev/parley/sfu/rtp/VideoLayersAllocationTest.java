package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import org.junit.jupiter.api.Test;

final class VideoLayersAllocationTest {
    /**
     * Of the second of two streams; each has one spatial layer, the first with two temporal layers of 50 and 100 kbit/s and
     * the second with one of 500; 320x180 at 15 and 640x360 at 30 frames a second.
     */
    private static final String TWO_STREAMS = "51 40 32 64 F403 013F00B30F 027F01671E";
    /** One stream of VP9 in three spatial layers, without sizes. */
    private static final String THREE_LAYERS = "07 00 64 C801 F403";
    /** Two streams of which the second has the lower of two layers only; each has its own mask. */
    private static final String OWN_MASKS = "10 31 00 0A 14 1E";

    private final VideoLayersAllocation allocation = new VideoLayersAllocation();

    @Test
    void readsStreamsTheirRatesAndTheirSizes() {
        assertTrue(wrap(TWO_STREAMS));
        assertEquals(1, allocation.rtpStream());
        assertEquals(2, allocation.streamCount());
        assertEquals(2, allocation.temporalLayers(0, 0));
        assertEquals(50, allocation.bitrateKbps(0, 0, 0));
        assertEquals(100, allocation.bitrateKbps(0, 0, 1));
        assertEquals(0, allocation.bitrateKbps(0, 0, 2));
        assertEquals(500, allocation.bitrateKbps(1, 0, 0));
        assertEquals(320, allocation.width(0, 0));
        assertEquals(180, allocation.height(0, 0));
        assertEquals(15, allocation.frameRate(0, 0));
        assertEquals(640, allocation.width(1, 0));
        assertEquals(360, allocation.height(1, 0));
        assertFalse(allocation.isActive(0, 1));
    }

    @Test
    void readsSpatialLayersWithoutSizes() {
        assertTrue(wrap(THREE_LAYERS));
        assertEquals(1, allocation.streamCount());
        assertEquals(100, allocation.bitrateKbps(0, 0, 0));
        assertEquals(200, allocation.bitrateKbps(0, 1, 0));
        assertEquals(500, allocation.bitrateKbps(0, 2, 0));
        assertFalse(allocation.isActive(0, 3));
        assertEquals(0, allocation.width(0, 0));
    }

    @Test
    void eachStreamMayHaveAMaskOfItsOwn() {
        assertTrue(wrap(OWN_MASKS));
        assertTrue(allocation.isActive(0, 0) && allocation.isActive(0, 1));
        assertTrue(allocation.isActive(1, 0));
        assertFalse(allocation.isActive(1, 1));
        assertEquals(30, allocation.bitrateKbps(1, 0, 0));
    }

    @Test
    void oneByteOfZeroSaysThatNothingIsSent() {
        assertTrue(wrap("00"));
        assertEquals(0, allocation.streamCount());
        assertFalse(allocation.isActive(0, 0));
    }

    @Test
    void saysNothingWhenCutAnywhereButBeforeTheSizes() {
        byte[] whole = Packets.bytes(TWO_STREAMS);
        int beforeTheSizes = whole.length - 10;
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = new byte[length];
            System.arraycopy(whole, 0, cut, 0, length);
            boolean read = allocation.wrap(Packets.of(cut), 0, length);
            assertEquals(length == beforeTheSizes, read, "cut at " + length);
            assertEquals(read, allocation.isActive(0, 0));
        }
    }

    @Test
    void rateWithoutAnEndIsRefused() {
        assertFalse(wrap("01 00 FFFFFFFFFFFFFF"));
        assertFalse(allocation.isActive(0, 0));
    }

    @Test
    void everyFlippedBitIsReadWithinTheElement() {
        VideoLayersAllocationFuzzTest.checkFlipped(TWO_STREAMS);
        VideoLayersAllocationFuzzTest.checkFlipped(THREE_LAYERS);
        VideoLayersAllocationFuzzTest.checkFlipped(OWN_MASKS);
    }

    private boolean wrap(String hex) {
        PacketBuffer packet = Packets.of(hex);
        return allocation.wrap(packet, 0, packet.length());
    }
}

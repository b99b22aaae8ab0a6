package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import org.junit.jupiter.api.Test;

final class RedPayloadTest {
    /** One redundant block of 3 bytes, 960 earlier, and a primary of 2; both of payload type 111. */
    private static final String ONE_REDUNDANT = "EF 0F0003 6F 010203 AABB";

    private final RedPayload red = new RedPayload();

    @Test
    void readsTheRedundantBlockAndThePrimary() {
        assertTrue(wrap(ONE_REDUNDANT));
        assertEquals(1, red.redundantCount());
        assertEquals(111, red.payloadType(0));
        assertEquals(960, red.timestampOffset(0));
        assertEquals(5, red.offset(0));
        assertEquals(3, red.length(0));
        assertEquals(111, red.primaryPayloadType());
        assertEquals(8, red.primaryOffset());
        assertEquals(2, red.primaryLength());
    }

    @Test
    void blocksLieInTheOrderOfTheirHeads() {
        assertTrue(wrap("EF FFFC02 EE 0F0001 6F 0102 03 AA"));
        assertEquals(2, red.redundantCount());
        assertEquals(0x3FFF, red.timestampOffset(0));
        assertEquals(9, red.offset(0));
        assertEquals(2, red.length(0));
        assertEquals(110, red.payloadType(1));
        assertEquals(11, red.offset(1));
        assertEquals(12, red.primaryOffset());
        assertEquals(1, red.primaryLength());
    }

    @Test
    void primaryAloneHasAHeadOfOneByte() {
        assertTrue(wrap("6F AABBCC"));
        assertEquals(0, red.redundantCount());
        assertEquals(1, red.primaryOffset());
        assertEquals(3, red.primaryLength());
    }

    @Test
    void primaryMayBeEmpty() {
        assertTrue(wrap("EF 0F0003 6F 010203"));
        assertEquals(0, red.primaryLength());
        assertTrue(wrap("6F"));
        assertEquals(0, red.primaryLength());
    }

    @Test
    void refusesWhatIsShorterThanItsHeadsSay() {
        byte[] whole = Packets.bytes(ONE_REDUNDANT);
        // All but the primary's data is needed.
        for (int length = 0; length < whole.length - 2; length++) {
            byte[] cut = new byte[length];
            System.arraycopy(whole, 0, cut, 0, length);
            assertFalse(red.wrap(Packets.of(cut), 0, length), "cut at " + length);
        }
    }

    @Test
    void refusesMoreBlocksThanAreRead() {
        String block = "EF000000";
        assertTrue(wrap(block.repeat(RedPayload.MAX_REDUNDANT) + "6F AA"));
        assertEquals(RedPayload.MAX_REDUNDANT, red.redundantCount());
        assertFalse(wrap(block.repeat(RedPayload.MAX_REDUNDANT + 1) + "6F AA"));
    }

    @Test
    void everyFlippedBitIsReadWithinThePayload() {
        RedPayloadFuzzTest.checkFlipped(ONE_REDUNDANT);
        RedPayloadFuzzTest.checkFlipped("EF FFFC02 EE 0F0001 6F 0102 03 AA");
    }

    private boolean wrap(String hex) {
        PacketBuffer packet = Packets.of(hex);
        return red.wrap(packet, 0, packet.length());
    }
}

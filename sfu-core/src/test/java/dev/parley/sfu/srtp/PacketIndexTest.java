package dev.parley.sfu.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The estimate of RFC 3711 §3.3.1 and appendix A, at its edges. */
class PacketIndexTest {
    @Test
    void takesTheFirstPacketsRolloverCounterAsZero() {
        assertEquals(65_535, PacketIndex.estimate(-1, 65_535));
    }

    @Test
    void countsUpWhenTheSequenceNumberWraps() {
        assertEquals(0x1_0000, PacketIndex.estimate(0xFFFF, 0));
        assertEquals(0x1_0002, PacketIndex.estimate(0xFFFF, 2));
    }

    @Test
    void goesBackForALatePacketFromBeforeTheWrap() {
        assertEquals(0xFFFF, PacketIndex.estimate(0x1_0000, 0xFFFF));
    }

    @Test
    void choosesTheNearerSideOfHalfTheRange() {
        assertEquals(0x1_0000 + 0x7FFF, PacketIndex.estimate(0x1_0000, 0x7FFF));
        assertEquals(0x1_0000 - 0x7FFF, PacketIndex.estimate(0x1_0000, 0x8001));
    }

    @Test
    void wrapsTheLow32BitsOfTheIndexToo() {
        assertEquals(0x1_0000_0000L, PacketIndex.estimate(0xFFFF_FFFFL, 0));
        assertEquals(0xFFFF_FFFFL, PacketIndex.estimate(0x1_0000_0000L, 0xFFFF));
    }

    @Test
    void leavesTheRangeWhereThereIsNoIndex() {
        assertTrue(PacketIndex.estimate(3, 0xFFFF) < 0);
        assertTrue(PacketIndex.estimate(PacketIndex.MAX, 0) > PacketIndex.MAX);
    }
}

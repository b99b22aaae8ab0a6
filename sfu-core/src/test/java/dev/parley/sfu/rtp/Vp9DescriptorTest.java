package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import org.junit.jupiter.api.Test;

/** Sections are those of RFC 9628. */
final class Vp9DescriptorTest {
    /**
     * I, L, B, V; picture id 0x7FFF of 15 bits; TID 0, SID 0; TL0PICIDX 0xFE; a structure of two layers with sizes and a
     * group of two pictures, of one and of no reference.
     */
    private static final String KEYFRAME = "AA FFFF 00 FE 38 0140 00B4 0280 0168 02 04 01 20 99";

    private final Vp9Descriptor vp9 = new Vp9Descriptor();

    private boolean read(String hex) {
        PacketBuffer packet = Packets.of(hex);
        return vp9.wrap(packet, 0, packet.length());
    }

    @Test
    void readsAKeyframeWithItsStructure() {
        assertTrue(vp9.wrap(Packets.withPayload(KEYFRAME)));
        assertEquals(0x7FFF, vp9.pictureId());
        assertEquals(15, vp9.pictureIdBits());
        assertEquals(1, vp9.pictureIdOffset());
        assertEquals(0, vp9.temporalId());
        assertEquals(0, vp9.spatialId());
        assertEquals(0xFE, vp9.tl0PicIdx());
        assertEquals(4, vp9.tl0PicIdxOffset());
        assertTrue(vp9.hasScalabilityStructure());
        assertEquals(2, vp9.spatialLayers());
        assertEquals(320, vp9.width(0));
        assertEquals(360, vp9.height(1));
        assertEquals(0, vp9.width(2));
        assertEquals(18, vp9.length());
        assertTrue(vp9.startOfFrame());
        assertFalse(vp9.endOfFrame());
        assertTrue(vp9.keyframeStart());
    }

    /** §4.2: P, F; each reference is a byte, whose lowest bit says that another follows. */
    @Test
    void skipsTheReferencesOfTheFlexibleMode() {
        assertTrue(read("F5 05 B3 03 05 02 99"));
        assertEquals(5, vp9.pictureId());
        assertEquals(7, vp9.pictureIdBits());
        assertTrue(vp9.isFlexible());
        assertTrue(vp9.isInterPredicted());
        assertTrue(vp9.endOfFrame());
        assertTrue(vp9.notUpperLayerReference());
        assertEquals(5, vp9.temporalId());
        assertTrue(vp9.switchingUpPoint());
        assertEquals(1, vp9.spatialId());
        assertTrue(vp9.interLayerDependency());
        assertEquals(-1, vp9.tl0PicIdx());
        assertEquals(6, vp9.length());
        assertFalse(read("F5 05 B3 03 05 03 99"), "a fourth reference");
    }

    @Test
    void knowsAKeyframeByItsLowestLayersFirstPacket() {
        assertTrue(read("08"));
        assertTrue(vp9.keyframeStart(), "without layers");
        assertTrue(read("00"));
        assertFalse(vp9.keyframeStart(), "a continuation");
        assertTrue(read("48"));
        assertFalse(vp9.keyframeStart(), "an interframe");
        assertTrue(read("28 02 00"));
        assertFalse(vp9.keyframeStart(), "the upper layer of a keyframe's picture");
        assertTrue(read("28 00 00"));
        assertTrue(vp9.keyframeStart());
    }

    @Test
    void rewritesWhatTheDescriptorHas() {
        PacketBuffer packet = Packets.of("AA" + "A8 FFFF 00 FE 99");
        assertTrue(vp9.wrap(packet, 1, packet.length() - 1));
        vp9.rewrite(packet, 1, 0x8001, 0x1FF);
        assertArrayEquals(Packets.bytes("AA A8 8001 00 FF 99"), packet.toByteArray());

        PacketBuffer small = Packets.of("88 7F 99");
        assertTrue(vp9.wrap(small, 0, small.length()));
        vp9.rewrite(small, 0, 0x80, 1);
        assertArrayEquals(Packets.bytes("88 00 99"), small.toByteArray());
    }

    @Test
    void refusesEveryTruncation() {
        for (String hex : new String[] {KEYFRAME, "F5 05 B3 03 05 02 99"}) {
            assertTrue(read(hex));
            int descriptor = vp9.length();
            PacketBuffer packet = Packets.of(hex);
            for (int length = 0; length < packet.length(); length++) {
                assertEquals(length >= descriptor, vp9.wrap(packet, 0, length), hex + " at " + length);
            }
        }
    }

    @Test
    void staysWithinThePayloadWhicheverBitIsFlipped() {
        PayloadDescriptorFuzzTest.checkFlipped(KEYFRAME);
    }
}

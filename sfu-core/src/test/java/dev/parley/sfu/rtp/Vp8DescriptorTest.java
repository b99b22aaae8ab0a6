package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import org.junit.jupiter.api.Test;

/** Sections are those of RFC 7741. */
final class Vp8DescriptorTest {
    /** X, S; I, L, T, K; picture id 0x7FFF of 15 bits; TL0PICIDX 0xFE; TID 2, Y, KEYIDX 5; a keyframe's first byte. */
    private static final String FULL = "90 F0 FFFF FE A5 10";

    private final Vp8Descriptor vp8 = new Vp8Descriptor();

    private boolean read(String hex) {
        PacketBuffer packet = Packets.of(hex);
        return vp8.wrap(packet, 0, packet.length());
    }

    @Test
    void readsEveryField() {
        assertTrue(vp8.wrap(Packets.withPayload(FULL)));
        assertEquals(6, vp8.length());
        assertTrue(vp8.startOfPartition());
        assertTrue(vp8.startOfFrame());
        assertEquals(0, vp8.partition());
        assertFalse(vp8.nonReference());
        assertEquals(0x7FFF, vp8.pictureId());
        assertEquals(15, vp8.pictureIdBits());
        assertEquals(2, vp8.pictureIdOffset());
        assertEquals(0xFE, vp8.tl0PicIdx());
        assertEquals(4, vp8.tl0PicIdxOffset());
        assertEquals(2, vp8.temporalId());
        assertTrue(vp8.layerSync());
        assertEquals(5, vp8.keyIdx());
        assertTrue(vp8.keyframeStart());
    }

    @Test
    void readsASevenBitPictureId() {
        assertTrue(read("A0 80 7F 00"));
        assertEquals(0x7F, vp8.pictureId());
        assertEquals(7, vp8.pictureIdBits());
        assertEquals(3, vp8.length());
        assertTrue(vp8.nonReference());
        assertEquals(-1, vp8.tl0PicIdx());
        assertEquals(-1, vp8.temporalId());
        assertEquals(-1, vp8.keyIdx());
    }

    /** §4.2: T and K share a byte, each can be there without the other. */
    @Test
    void tellsTemporalIdFromKeyIndex() {
        assertTrue(read("80 20 E5 00"));
        assertEquals(3, vp8.temporalId());
        assertEquals(-1, vp8.keyIdx());
        assertTrue(read("80 10 E5 00"));
        assertEquals(-1, vp8.temporalId());
        assertFalse(vp8.layerSync());
        assertEquals(5, vp8.keyIdx());
    }

    @Test
    void readsADescriptorOfOneByte() {
        assertTrue(read("10"));
        assertEquals(1, vp8.length());
        assertEquals(-1, vp8.pictureId());
        assertFalse(vp8.keyframeStart(), "the payload header is not there");
    }

    /** §4.3: P is 0 in a keyframe, and only the start of the first partition has it. */
    @Test
    void knowsAKeyframeByItsFirstPacket() {
        assertTrue(read("10 00"));
        assertTrue(vp8.keyframeStart());
        assertTrue(read("10 01"));
        assertFalse(vp8.keyframeStart(), "an interframe");
        assertTrue(read("00 00"));
        assertFalse(vp8.keyframeStart(), "a continuation");
        assertTrue(read("11 00"));
        assertFalse(vp8.keyframeStart(), "the second partition");
        assertEquals(1, vp8.partition());
    }

    @Test
    void rewritesWhatTheDescriptorHas() {
        PacketBuffer packet = Packets.of("AA" + FULL);
        assertTrue(vp8.wrap(packet, 1, packet.length() - 1));
        vp8.rewrite(packet, 1, 0x8000, 0x100, 0x21);
        assertArrayEquals(Packets.bytes("AA 90 F0 8000 00 A1 10"), packet.toByteArray());

        PacketBuffer small = Packets.of("90 80 7F 00");
        assertTrue(vp8.wrap(small, 0, small.length()));
        vp8.rewrite(small, 0, 0x80, 1, 1);
        assertArrayEquals(Packets.bytes("90 80 00 00"), small.toByteArray());
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = Packets.bytes(FULL);
        PacketBuffer packet = Packets.of(whole);
        for (int length = 0; length < whole.length; length++) {
            assertEquals(length >= 6, vp8.wrap(packet, 0, length), "at " + length);
            assertFalse(vp8.keyframeStart());
        }
    }

    @Test
    void staysWithinThePayloadWhicheverBitIsFlipped() {
        PayloadDescriptorFuzzTest.checkFlipped(FULL);
    }
}

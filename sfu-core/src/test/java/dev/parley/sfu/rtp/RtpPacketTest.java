package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class RtpPacketTest {
    /** Two contributing sources, one-byte extensions 4 "0" and 10 "hi", two bytes of payload and two of padding. */
    private static final String FULL = """
            B2 E0 FFFF  FFFFFFFE  80000001
            00000011 00000012
            BEDE 0002  40 30  00  A1 6869  0000
            CAFE 0002
            """;

    private final RtpPacket rtp = new RtpPacket();

    @Test
    void readsTheFieldsOfTheFixedHeader() {
        PacketBuffer packet = Packets.of(FULL);
        assertTrue(rtp.wrap(packet));
        assertTrue(rtp.marker());
        assertTrue(rtp.hasPadding());
        assertEquals(0x60, rtp.payloadType());
        assertEquals(0xFFFF, rtp.sequenceNumber());
        assertEquals(0xFFFFFFFE, rtp.timestamp());
        assertEquals(0x80000001, rtp.ssrc());
        assertEquals(2, rtp.csrcCount());
        assertEquals(12 + 8 + 12, rtp.headerLength());
        assertEquals(rtp.headerLength(), rtp.payloadOffset());
        assertEquals(packet, rtp.packet());
    }

    @Test
    void countsPaddingAsPayloadUntilThePacketIsDecrypted() {
        assertTrue(rtp.wrap(Packets.of(FULL)));
        assertEquals(4, rtp.payloadLength());
        assertTrue(rtp.refreshPayload());
        assertEquals(2, rtp.payloadLength());
    }

    @Test
    void followsThePacketThatShrinksByItsTag() {
        PacketBuffer packet = Packets.of("80600001 00000002 00000003 AABBCCDD 0102030405060708");
        assertTrue(rtp.wrap(packet));
        packet.length(packet.length() - 8);
        assertTrue(rtp.refreshPayload());
        assertEquals(4, rtp.payloadLength());
    }

    @Test
    void takesAPacketOfPaddingAlone() {
        assertTrue(rtp.wrap(Packets.of("A0600001 00000002 00000003 00000004")));
        assertTrue(rtp.refreshPayload());
        assertEquals(0, rtp.payloadLength());
    }

    @Test
    void refusesPaddingThatCannotBe() {
        assertTrue(rtp.wrap(Packets.of("A0600001 00000002 00000003 00000000")));
        assertFalse(rtp.refreshPayload(), "of length 0");
        assertTrue(rtp.wrap(Packets.of("A0600001 00000002 00000003 00000005")));
        assertFalse(rtp.refreshPayload(), "longer than the payload");
        assertTrue(rtp.wrap(Packets.of("A0600001 00000002 00000003")));
        assertFalse(rtp.refreshPayload(), "without a payload");
    }

    @Test
    void refusesOtherVersions() {
        for (String first : new String[] {"00", "40", "C0"}) {
            assertFalse(rtp.wrap(Packets.of(first + "600001 00000002 00000003")));
        }
        assertThrows(IllegalStateException.class, rtp::packet);
    }

    @Test
    void findsOneByteExtensions() {
        assertTrue(rtp.wrap(Packets.of(FULL)));
        assertEquals(2, rtp.extensionCount());
        assertEquals(4, rtp.extensionIdAt(0));
        assertEquals(1, rtp.extensionLength(4));
        assertEquals(25, rtp.extensionOffset(4));
        assertEquals("0", rtp.extensionText(4));
        assertEquals("hi", rtp.extensionText(10));
        assertEquals(-1, rtp.extensionOffset(1));
        assertEquals(-1, rtp.extensionLength(1));
        assertNull(rtp.extensionText(1));
    }

    @Test
    void comparesAnExtensionWithText() {
        assertTrue(rtp.wrap(Packets.of(FULL)));
        assertTrue(rtp.extensionEquals(10, "hi".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(rtp.extensionEquals(10, "ho".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(rtp.extensionEquals(10, "hi!".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(rtp.extensionEquals(11, "hi".getBytes(StandardCharsets.US_ASCII)));
    }

    /** RFC 8285 §4.3; the low bits of the profile are the application's. */
    @Test
    void findsTwoByteExtensions() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 1007 0003 0100 FF0211 22 00 0F 02 AABB 00")));
        assertEquals(0, rtp.extensionLength(1));
        assertEquals(2, rtp.extensionLength(255));
        assertEquals(0x1122, rtp.packet().u16(rtp.extensionOffset(255)));
        assertEquals(2, rtp.extensionLength(15), "id 15 is an id like any other in this form");
        assertEquals(3, rtp.extensionCount());
    }

    /** RFC 8285 §4.2. */
    @Test
    void readsNothingAfterIdFifteen() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 BEDE 0002 10 AA F0 BB 20 CC 0000")));
        assertEquals(1, rtp.extensionLength(1));
        assertEquals(-1, rtp.extensionLength(2));
        assertEquals(-1, rtp.extensionLength(15));
    }

    /** RFC 8285 §4.2. */
    @Test
    void readsNothingAfterPaddingThatHasALength() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 BEDE 0002 10 AA 01 BBBB 20 CC 00")));
        assertEquals(1, rtp.extensionCount());
    }

    @Test
    void leavesOutAnElementThatRunsOverTheEndOfTheExtensions() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 BEDE 0001 10 AA 23 BB 01020304")));
        assertEquals(1, rtp.extensionCount());
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 1000 0001 01 00 02 03 01020304")));
        assertEquals(1, rtp.extensionCount());
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 1000 0001 01 01 AA 02 01020304")));
        assertEquals(1, rtp.extensionCount());
    }

    /** RFC 3550 §5.3.1: whatever it is, its length is known. */
    @Test
    void skipsAnExtensionOfAnotherProfile() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 ABCD 0001 10AA0000 0102")));
        assertEquals(0, rtp.extensionCount());
        assertEquals(20, rtp.headerLength());
        assertEquals(2, rtp.payloadLength());
    }

    @Test
    void showsTheFirstOfTwoElementsWithOneId() {
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 BEDE 0001 10 AA 10 BB")));
        assertEquals(0xAA, rtp.packet().u8(rtp.extensionOffset(1)));
    }

    @Test
    void seesAtMostThirtyTwoElements() {
        String elements = "0100".repeat(40);
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 1000 0014" + elements)));
        assertEquals(32, rtp.extensionCount());
    }

    @Test
    void forgetsTheExtensionsOfThePacketBefore() {
        assertTrue(rtp.wrap(Packets.of(FULL)));
        assertTrue(rtp.wrap(Packets.of("80600001 00000002 00000003")));
        assertEquals(-1, rtp.extensionLength(4));
    }

    @Test
    void refusesEveryTruncationOfTheHeader() {
        byte[] whole = Packets.bytes(FULL);
        for (int length = 0; length < whole.length; length++) {
            assertEquals(length >= 32, rtp.wrap(Packets.of(Arrays.copyOf(whole, length))), "at " + length);
        }
    }

    @Test
    void staysWithinThePacketWhicheverBitIsFlipped() {
        byte[] whole = Packets.bytes(FULL);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            RtpPacketFuzzTest.check(rtp, Packets.of(flipped));
        }
    }
}

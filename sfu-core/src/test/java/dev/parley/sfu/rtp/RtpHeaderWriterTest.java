package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtpHeaderWriterTest {
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final PacketBuffer dst = Packets.empty();

    private void assertWritten(String hex, int headerLength) {
        dst.length(headerLength);
        assertArrayEquals(Packets.bytes(hex), dst.toByteArray());
    }

    @Test
    void writesAHeaderWithoutExtensions() {
        writer.begin(dst, 96, true, 0x1FFFF, 0x01020304, 0xAABBCCDD);
        assertWritten("80E0FFFF 01020304 AABBCCDD", writer.finish());
    }

    /** RFC 8285 §4.2: padded to a word with zeros. */
    @Test
    void writesTheOneByteForm() {
        writer.begin(dst, 111, false, 1, 2, 3);
        assertTrue(writer.extensionU8(1, 0x85));
        assertTrue(writer.extensionU24(2, 0x123456));
        assertTrue(writer.extensionU16(14, 0xFFFF));
        assertWritten("906F0001 00000002 00000003 BEDE 0003 1085 22123456 E1FFFF 000000", writer.finish());
        assertEquals(17, writer.extensionOffset(1));
        assertEquals(23, writer.extensionOffset(14));
        assertEquals(-1, writer.extensionOffset(3));
    }

    @Test
    void movesToTheTwoByteFormWhenAnIdNeedsIt() {
        writer.begin(dst, 96, false, 1, 2, 3);
        assertTrue(writer.extensionU8(1, 0x85));
        assertTrue(writer.extensionU24(2, 0x123456));
        assertTrue(writer.extensionU8(15, 0xAB));
        assertWritten("90600001 00000002 00000003 1000 0003 010185 0203123456 0F01AB 00", writer.finish());
        assertEquals(18, writer.extensionOffset(1));
        assertEquals(21, writer.extensionOffset(2));
        assertEquals(26, writer.extensionOffset(15));
    }

    @Test
    void movesToTheTwoByteFormWhenALengthNeedsIt() {
        for (int length : new int[] {0, 17, 255}) {
            writer.begin(dst, 96, false, 1, 2, 3);
            assertTrue(writer.extensionBytes(1, new byte[16]));
            assertTrue(writer.extensionBytes(2, new byte[length]));
            int headerLength = writer.finish();
            assertEquals(0x1000, dst.u16(12));
            dst.length(headerLength);
            RtpPacket rtp = new RtpPacket();
            assertTrue(rtp.wrap(dst));
            assertEquals(16, rtp.extensionLength(1));
            assertEquals(length, rtp.extensionLength(2));
        }
    }

    @Test
    void leavesOutWhatWasNotNegotiatedOrIsTooLong() {
        writer.begin(dst, 96, false, 1, 2, 3);
        assertFalse(writer.extensionU8(0, 1));
        assertFalse(writer.extensionU8(256, 1));
        assertFalse(writer.extensionBytes(1, new byte[256]));
        assertWritten("80600001 00000002 00000003", writer.finish());
    }

    @Test
    void leavesOutWhatDoesNotFitThePacket() {
        PacketBuffer tight = Packets.of(new byte[24]);
        writer.begin(tight, 96, false, 1, 2, 3);
        assertTrue(writer.extensionU16(1, 1));
        assertFalse(writer.extensionU16(2, 1));
        assertEquals(20, writer.finish());
    }

    @Test
    void copiesAnElementOfThePacketForwarded() {
        PacketBuffer source = Packets.of("00 00 C0 FF EE");
        writer.begin(dst, 96, false, 1, 2, 3);
        assertTrue(writer.extension(12, source, 2, 3));
        assertWritten("90600001 00000002 00000003 BEDE 0001 C2 C0FFEE", writer.finish());
    }

    @Test
    void refusesToGoOnAfterTheEnd() {
        writer.begin(dst, 96, false, 1, 2, 3);
        writer.finish();
        assertThrows(IllegalStateException.class, writer::finish);
    }

    @Test
    void isReadBackWhateverTheElements() {
        Random random = new Random(8285);
        for (int round = 0; round < 2_000; round++) {
            int count = random.nextInt(8);
            byte[][] data = new byte[count][];
            int[] ids = new int[count];
            writer.begin(dst, 96, false, round, 2, 3);
            for (int i = 0; i < count; i++) {
                ids[i] = (random.nextInt(10) == 0 ? 15 : 1) + i;
                data[i] = new byte[random.nextInt(10) == 0 ? random.nextInt(40) : 1 + random.nextInt(16)];
                random.nextBytes(data[i]);
                assertTrue(writer.extensionBytes(ids[i], data[i]));
            }
            int headerLength = writer.finish();
            dst.length(headerLength);
            RtpPacket rtp = new RtpPacket();
            assertTrue(rtp.wrap(dst));
            assertEquals(headerLength, rtp.headerLength());
            assertEquals(count, rtp.extensionCount());
            for (int i = 0; i < count; i++) {
                byte[] read = new byte[rtp.extensionLength(ids[i])];
                assertEquals(writer.extensionOffset(ids[i]), rtp.extensionOffset(ids[i]));
                dst.getBytes(rtp.extensionOffset(ids[i]), read, 0, read.length);
                assertArrayEquals(data[i], read, "round " + round);
            }
        }
    }
}

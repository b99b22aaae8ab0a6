package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Packets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtcpWriterTest {
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final PacketBuffer packet = Packets.empty();

    RtcpWriterTest() {
        writer.begin(packet);
    }

    private void assertWritten(String hex) {
        assertArrayEquals(Packets.bytes(hex), packet.toByteArray());
        assertTrue(reader.wrap(packet));
        assertTrue(reader.next());
    }

    /** RFC 3550 §6.4.1, §6.5, §6.6. */
    @Test
    void writesReportDescriptionAndGoodbye() {
        assertTrue(writer.isEmpty());
        assertTrue(writer.senderReport(0x80000001, 0xDFF1E2D3C4B5A697L, 0xFFFFFFFE, 0x1_00000002L, 50_000));
        assertTrue(writer.reportBlock(2, 64, -1, 0x1FFFF, 16, 0xE2D3C4B5, 65_536));
        assertTrue(writer.sdesCname(0x80000001, "parley"));
        assertTrue(writer.bye(0x80000001));
        assertWritten("""
                81C8000C 80000001 DFF1E2D3C4B5A697 FFFFFFFE 00000002 0000C350
                00000002 40FFFFFF 0001FFFF 00000010 E2D3C4B5 00010000
                81CA0004 80000001 0106 7061726C6579 00000000
                81CB0001 80000001
                """);
        assertEquals(packet.length(), writer.length());
    }

    /** RFC 3550 §6.5: the items end with at least one zero, on a word. */
    @Test
    void endsEveryCanonicalNameOnAWord() {
        for (int length = 0; length <= 255; length++) {
            String cname = "x".repeat(length);
            writer.begin(packet);
            assertTrue(writer.sdesCname(1, cname));
            assertTrue(writer.pli(1, 2));
            assertTrue(reader.wrap(packet));
            assertTrue(reader.next());
            Sdes sdes = new Sdes();
            assertTrue(sdes.wrap(reader));
            assertTrue(sdes.next());
            assertEquals(cname, sdes.cname());
            assertTrue(reader.next());
        }
        assertThrows(IllegalArgumentException.class, () -> writer.sdesCname(1, "x".repeat(256)));
    }

    @Test
    void addsAtMostThirtyOneBlocksToAReport() {
        assertTrue(writer.receiverReport(1));
        for (int i = 0; i < 31; i++) {
            assertTrue(writer.reportBlock(i, 0, 0x1000000, i, i, i, i));
        }
        assertFalse(writer.reportBlock(31, 0, 0, 0, 0, 0, 0));
        assertTrue(reader.wrap(packet));
        assertTrue(reader.next());
        assertEquals(31, ReportBlock.count(reader));
        ReportBlock block = new ReportBlock();
        assertTrue(block.wrap(reader, 30));
        assertEquals(30, block.ssrc());
        assertEquals(0x7FFFFF, block.cumulativeLost(), "clamped");
        assertEquals(30, block.delaySinceLastSr());
    }

    @Test
    void addsNoBlockToAnotherPacket() {
        writer.receiverReport(1);
        writer.pli(1, 2);
        assertThrows(IllegalStateException.class, () -> writer.reportBlock(3, 0, 0, 0, 0, 0, 0));
    }

    /** RFC 4585 §6.3.1 and RFC 5104 §4.3.1. */
    @Test
    void asksForAKeyframe() {
        assertTrue(writer.pli(1, 2));
        assertTrue(writer.fir(1, 2, 0x107));
        assertWritten("81CE0002 00000001 00000002 84CE0004 00000001 00000000 00000002 07000000");
    }

    @Test
    void packsLostSequenceNumbersAcrossTheWrap() {
        int[] lost = {0xFFFE, 0xFFFF, 0x000E, 0x000F, 0x0100};
        assertEquals(5, writer.nack(1, 2, lost, 5));
        assertWritten("81CD0005 00000001 00000002 FFFE8001 000F0000 01000000");
    }

    @Test
    void writesNoNackOfNothing() {
        assertEquals(0, writer.nack(1, 2, new int[0], 0));
        assertTrue(writer.isEmpty());
    }

    @Test
    void writesAsManyLostAsFit() {
        int[] lost = new int[1_000];
        for (int i = 0; i < lost.length; i++) {
            lost[i] = i * 20;
        }
        int written = writer.nack(1, 2, lost, lost.length);
        assertEquals((RtcpWriter.MAX_COMPOUND_LENGTH - 12) / 4, written);
        assertEquals(0, writer.nack(1, 2, lost, lost.length));
        assertTrue(packet.length() <= RtcpWriter.MAX_COMPOUND_LENGTH);
        assertTrue(reader.wrap(packet));
    }

    @Test
    void nacksAreReadBackWhateverIsLost() {
        Random random = new Random(4585);
        for (int round = 0; round < 1_000; round++) {
            List<Integer> lost = new ArrayList<>();
            int number = random.nextInt(0x10000);
            for (int i = 0; i < 1 + random.nextInt(50); i++) {
                number += 1 + (random.nextInt(4) == 0 ? random.nextInt(40) : 0);
                lost.add(number & 0xFFFF);
            }
            writer.begin(packet);
            int[] array = lost.stream().mapToInt(Integer::intValue).toArray();
            assertEquals(array.length, writer.nack(1, 2, array, array.length));
            assertTrue(reader.wrap(packet));
            assertTrue(reader.next());
            Nack nack = new Nack();
            assertTrue(nack.wrap(reader));
            List<Integer> read = new ArrayList<>();
            nack.forEachSequenceNumber(read::add);
            assertEquals(lost, read, "round " + round);
        }
    }

    /** draft-alvestrand-rmcat-remb-03 §2.2. */
    @Test
    void writesABitrateToEighteenBits() {
        assertTrue(writer.remb(1, 1_000_000, new int[] {2}, 1));
        assertWritten("8FCE0005 00000001 00000000 52454D42 010BD090 00000002");
        for (long bitrate : new long[] {0, 1, 0x3FFFF, 0x40000, 1_234_567_890L, Long.MAX_VALUE}) {
            writer.begin(packet);
            assertTrue(writer.remb(1, bitrate, new int[0], 0));
            assertTrue(reader.wrap(packet));
            assertTrue(reader.next());
            Remb remb = new Remb();
            assertTrue(remb.wrap(reader));
            assertTrue(remb.bitrateBps() <= bitrate);
            assertTrue(bitrate - remb.bitrateBps() <= bitrate / 0x20000, "to 18 bits: " + bitrate);
        }
    }

    /** RFC 3611 §4.4, §4.5. */
    @Test
    void writesReferenceTimeAndAnswer() {
        assertTrue(writer.xrRrtr(1, 0xDFF1E2D3C4B5A697L));
        assertTrue(writer.xrDlrr(1, 2, 0xE2D3C4B5, 65_536));
        assertWritten("""
                80CF0004 00000001 04000002 DFF1E2D3C4B5A697
                80CF0005 00000001 05000003 00000002 E2D3C4B5 00010000
                """);
    }

    @Test
    void writesNothingBeyondItsLimit() {
        writer.begin(packet, 12);
        assertFalse(writer.senderReport(1, 0, 0, 0, 0));
        assertTrue(writer.receiverReport(1));
        assertFalse(writer.reportBlock(1, 0, 0, 0, 0, 0, 0));
        assertFalse(writer.pli(1, 2));
        assertFalse(writer.fir(1, 2, 3));
        assertEquals(4, writer.remaining());
        assertWritten("80C90001 00000001");
    }

    @Test
    void emptiesThePacketItBegins() {
        assertTrue(writer.pli(1, 2));
        writer.begin(packet);
        assertTrue(writer.isEmpty());
        assertThrows(IllegalStateException.class, new RtcpWriter()::length);
    }
}

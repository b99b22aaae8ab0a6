package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.rtp.Packets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RtcpReaderTest {
    /** RFC 3550 §6.4.1, §6.5: a sender report with one block, and a source description of two sources. */
    private static final String SENDER_REPORT = """
            81C8000C 80000001 DFF1E2D3C4B5A697 FFFFFFFE FFFFFFFF 0000C350
            00000002 40FFFFFF 0001FFFF 00000010 E2D3C4B5 00010000
            """;

    private static final String SDES = """
            82CA0007 80000001 0203414243 0106706172 6C6579 000000
            00000002 010178 00
            """;

    private static final String PLI = "81CE0002 00000001 00000002";

    private static final String FEEDBACK = """
            81CD0004 00000001 00000002 FFFE8001 00100000
            84CE0004 00000001 00000000 00000002 07000000
            8FCE0005 00000001 00000000 52454D42 010BD090 00000002
            8FCD0007 00000001 00000002 FFFA0010 FFFFFF07 B401E400 01020304 FFFE0500
            80CF0008 00000001 04000002 DFF1E2D3C4B5A697 05000003 00000002 E2D3C4B5 00010000
            82CB0002 00000001 00000002
            """;

    private final RtcpReader reader = new RtcpReader();

    private void wrapFirst(String hex) {
        assertTrue(reader.wrap(Packets.of(hex)));
        assertTrue(reader.next());
    }

    private List<RtcpKind> kinds(String hex) {
        List<RtcpKind> kinds = new ArrayList<>();
        assertTrue(reader.wrap(Packets.of(hex)));
        while (reader.next()) {
            kinds.add(reader.kind());
        }
        return kinds;
    }

    @Test
    void walksACompound() {
        assertEquals(List.of(RtcpKind.SENDER_REPORT, RtcpKind.SDES, RtcpKind.PLI), kinds(SENDER_REPORT + SDES + PLI));
        assertFalse(reader.next());
    }

    /** RFC 5506 §3.4.2: a compound may begin with any packet. */
    @Test
    void takesReducedSizePackets() {
        assertEquals(List.of(RtcpKind.PLI), kinds(PLI));
    }

    @Test
    void tellsWhereAPacketLies() {
        wrapFirst(SENDER_REPORT + PLI);
        assertEquals(0, reader.offset());
        assertEquals(52, reader.length());
        assertEquals(200, reader.type());
        assertEquals(1, reader.count());
        assertEquals(0x80000001, reader.ssrc());
        assertTrue(reader.next());
        assertEquals(52, reader.offset());
        assertEquals(12, reader.length());
    }

    /** RFC 3550 §6.7 and RFC 4585 §6.1: applications' own packets and unknown formats do not end the compound. */
    @Test
    void passesOverWhatItDoesNotKnow() {
        String app = "80CC0002 00000001 50524C59";
        String sli = "82CE0003 00000001 00000002 00000000";
        String tmmbr = "83CD0003 00000001 00000002 00000000";
        assertEquals(
                List.of(RtcpKind.OTHER, RtcpKind.OTHER, RtcpKind.OTHER, RtcpKind.PLI), kinds(app + sli + tmmbr + PLI));
    }

    /** RFC 3550 §6.4.1: the padding belongs to the last packet of the compound. */
    @Test
    void leavesThePaddingOut() {
        assertTrue(reader.wrap(Packets.of(PLI + "A1CE0003 00000001 00000002 00000004")));
        assertTrue(reader.next());
        assertTrue(reader.next());
        assertEquals(12, reader.length());
    }

    /** libwebrtc ends each transport feedback with one to three bytes of padding, and sends several in a compound. */
    @Test
    void takesPaddingOfPartsOfAWordAnywhere() {
        String padded = "AFCD0005 00000001 00000002 00000001 00000000 20010401";
        assertTrue(reader.wrap(Packets.of(padded + padded)));
        TransportFeedback feedback = new TransportFeedback();
        for (int i = 0; i < 2; i++) {
            assertTrue(reader.next());
            assertEquals(23, reader.length());
            assertTrue(feedback.wrap(reader));
            assertTrue(feedback.next());
            assertEquals(1_000_000, feedback.arrivalNs());
        }
        assertFalse(reader.next());
    }

    @Test
    void readsNoEntryThatReachesIntoThePadding() {
        wrapFirst("A1CD0004 00000001 00000002 00050000 00090001");
        Nack nack = new Nack();
        assertTrue(nack.wrap(reader));
        List<Integer> lost = new ArrayList<>();
        nack.forEachSequenceNumber(lost::add);
        assertEquals(List.of(5), lost);
    }

    @Test
    void refusesPaddingThatCannotBe() {
        assertFalse(reader.wrap(Packets.of("A1CE0003 00000001 00000002 00000000")), "of length 0");
        assertFalse(reader.wrap(Packets.of("A1CE0003 00000001 00000002 00000010")), "over the header");
        assertFalse(reader.wrap(Packets.of("A0C90000")), "without a body");
    }

    /** RFC 3550 §A.2. */
    @Test
    void refusesACompoundWhoseLengthsDoNotAddUp() {
        assertFalse(reader.wrap(Packets.of("")));
        assertFalse(reader.wrap(Packets.of("81CE0003 00000001 00000002")), "a packet longer than the compound");
        assertFalse(reader.wrap(Packets.of(PLI + "81CE")), "a part of a header");
        assertFalse(reader.wrap(Packets.of("41CE0002 00000001 00000002")), "another version");
        assertFalse(reader.wrap(Packets.of(PLI + "01CE0002 00000001 00000002")), "another version later on");
        assertFalse(reader.next());
        assertThrows(IllegalStateException.class, reader::packet);
    }

    @Test
    void refusesEveryTruncationButBetweenPackets() {
        byte[] whole = Packets.bytes(SENDER_REPORT + SDES + PLI);
        for (int length = 0; length < whole.length; length++) {
            boolean between = length == 52 || length == 52 + 32;
            assertEquals(between, reader.wrap(Packets.of(Arrays.copyOf(whole, length))), "at " + length);
        }
    }

    @Test
    void staysWithinTheCompoundWhicheverBitIsFlipped() {
        byte[] whole = Packets.bytes(SENDER_REPORT + SDES + FEEDBACK);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            RtcpReaderFuzzTest.check(reader, Packets.of(flipped));
        }
    }

    /** The frame of the compound is sound, but a packet in it is shorter than its kind asks for. */
    @Test
    void staysWithinAPacketThatEndsEarly() {
        assertTrue(reader.wrap(Packets.of(SENDER_REPORT + SDES + FEEDBACK)));
        byte[] whole = reader.packet().toByteArray();
        RtcpReader shortened = new RtcpReader();
        while (reader.next()) {
            for (int length = 4; length < reader.length(); length += 4) {
                byte[] bytes = Arrays.copyOfRange(whole, reader.offset(), reader.offset() + length);
                bytes[2] = 0;
                bytes[3] = (byte) (length / 4 - 1);
                assertTrue(shortened.wrap(Packets.of(bytes)));
                RtcpReaderFuzzTest.check(shortened, Packets.of(bytes));
            }
        }
    }

    @Test
    void readsASenderReportAndItsBlock() {
        wrapFirst(SENDER_REPORT);
        SenderReport report = new SenderReport();
        assertTrue(report.wrap(reader));
        assertEquals(0x80000001, report.ssrc());
        assertEquals(0xDFF1E2D3C4B5A697L, report.ntpTimestamp());
        assertEquals(0xFFFFFFFE, report.rtpTimestamp());
        assertEquals(0xFFFFFFFFL, report.packetCount());
        assertEquals(50_000, report.octetCount());
        assertEquals(1, ReportBlock.count(reader));
        ReportBlock block = new ReportBlock();
        assertTrue(block.wrap(reader, 0));
        assertEquals(2, block.ssrc());
        assertEquals(64, block.fractionLost());
        assertEquals(-1, block.cumulativeLost(), "more duplicates than losses");
        assertEquals(0x1FFFF, block.extendedHighestSequence());
        assertEquals(16, block.jitter());
        assertEquals(0xE2D3C4B5, block.lastSr());
        assertEquals(65_536, block.delaySinceLastSr());
        assertFalse(block.wrap(reader, 1));
        assertFalse(block.wrap(reader, -1));
    }

    @Test
    void goesOnAfterAPacketThatIsTooShortForItsKind() {
        assertTrue(reader.wrap(Packets.of("82C8000C" + SENDER_REPORT.substring(8) + PLI)));
        assertTrue(reader.next());
        assertFalse(new SenderReport().wrap(reader), "two blocks announced, one there");
        assertEquals(0, ReportBlock.count(reader));
        assertFalse(new ReportBlock().wrap(reader, 0));
        assertTrue(reader.next());
        assertTrue(new Pli().wrap(reader));
    }

    @Test
    void refusesAPacketOfAnotherKind() {
        wrapFirst(PLI);
        assertFalse(new SenderReport().wrap(reader));
        assertFalse(new Nack().wrap(reader));
        assertFalse(new Fir().wrap(reader));
        assertFalse(new Remb().wrap(reader));
        assertFalse(new TransportFeedback().wrap(reader));
        assertFalse(new Sdes().wrap(reader));
        assertFalse(new Bye().wrap(reader));
        assertFalse(new Xr().wrap(reader));
        assertEquals(0, ReportBlock.count(reader));
    }

    @Test
    void readsTheCanonicalNameOfEachSource() {
        wrapFirst(SDES);
        Sdes sdes = new Sdes();
        assertTrue(sdes.wrap(reader));
        assertTrue(sdes.next());
        assertEquals(0x80000001, sdes.ssrc());
        assertEquals("parley", sdes.cname());
        assertTrue(sdes.next());
        assertEquals(2, sdes.ssrc());
        assertEquals("x", sdes.cname());
        assertFalse(sdes.next());
    }

    @Test
    void endsAtABrokenChunk() {
        Sdes sdes = new Sdes();
        wrapFirst("81CA0003 00000001 01FF7061 726C6579");
        assertTrue(sdes.wrap(reader));
        assertFalse(sdes.next(), "an item over the end");
        wrapFirst("81CA0002 00000001 01027061");
        assertTrue(sdes.wrap(reader));
        assertFalse(sdes.next(), "no end of the items");
        wrapFirst("82CA0002 00000001 00000000");
        assertTrue(sdes.wrap(reader));
        assertTrue(sdes.next());
        assertNull(sdes.cname());
        assertFalse(sdes.next(), "fewer chunks than announced");
    }

    /** RFC 4585 §6.2.1: bit i of the second half stands for the packet i + 1 after the first. */
    @Test
    void readsTheSequenceNumbersOfANackAcrossTheWrap() {
        wrapFirst("81CD0004 00000001 00000002 FFFE8001 00100000");
        Nack nack = new Nack();
        assertTrue(nack.wrap(reader));
        assertEquals(2, nack.mediaSsrc());
        List<Integer> lost = new ArrayList<>();
        nack.forEachSequenceNumber(lost::add);
        assertEquals(List.of(0xFFFE, 0xFFFF, 0x000E, 0x0010), lost);
    }

    @Test
    void refusesFeedbackWithoutItsInformation() {
        wrapFirst("81CD0002 00000001 00000002");
        assertFalse(new Nack().wrap(reader));
        wrapFirst("81CE0001 00000001");
        assertFalse(new Pli().wrap(reader));
        wrapFirst("84CE0002 00000001 00000000");
        assertFalse(new Fir().wrap(reader));
        wrapFirst("84CE0003 00000001 00000000 00000002");
        assertFalse(new Fir().wrap(reader), "half an entry");
        wrapFirst("8FCE0004 00000001 00000000 52454D42 01000000");
        assertFalse(new Remb().wrap(reader), "fewer sources than announced");
        wrapFirst("8FCE0004 00000001 00000000 52454D43 00000000");
        assertFalse(new Remb().wrap(reader), "another application's");
        wrapFirst("82CB0001 00000001");
        assertFalse(new Bye().wrap(reader), "fewer sources than announced");
        wrapFirst("80CF0000");
        assertFalse(new Xr().wrap(reader));
    }

    /** RFC 5104 §4.3.1. */
    @Test
    void readsEachEntryOfAFullIntraRequest() {
        wrapFirst("84CE0006 00000001 00000000 00000002 07000000 80000003 FF000000");
        Fir fir = new Fir();
        assertTrue(fir.wrap(reader));
        assertEquals(2, fir.count());
        assertEquals(2, fir.ssrc(0));
        assertEquals(7, fir.sequenceNumber(0));
        assertEquals(0x80000003, fir.ssrc(1));
        assertEquals(255, fir.sequenceNumber(1));
        assertThrows(IndexOutOfBoundsException.class, () -> fir.ssrc(2));
    }

    /** draft-alvestrand-rmcat-remb-03 §2.2: 6 bits of exponent, 18 of mantissa. */
    @Test
    void readsAnEstimatedBitrate() {
        wrapFirst("8FCE0006 00000001 00000000 52454D42 020BD090 00000002 00000003");
        Remb remb = new Remb();
        assertTrue(remb.wrap(reader));
        assertEquals(0x3D090L << 2, remb.bitrateBps());
        assertEquals(2, remb.count());
        assertEquals(3, remb.ssrc(1));
        wrapFirst("8FCE0004 00000001 00000000 52454D42 00FFFFFF");
        assertTrue(remb.wrap(reader));
        assertEquals(Long.MAX_VALUE, remb.bitrateBps(), "more than a long holds");
        wrapFirst("8FCE0004 00000001 00000000 52454D42 00FC0000");
        assertTrue(remb.wrap(reader));
        assertEquals(0, remb.bitrateBps());
    }

    @Test
    void readsTheSourcesOfAGoodbye() {
        wrapFirst("82CB0004 00000001 00000002 04676F6E 65000000");
        Bye bye = new Bye();
        assertTrue(bye.wrap(reader));
        assertEquals(2, bye.count());
        assertEquals(2, bye.ssrc(1));
        wrapFirst("80CB0000");
        assertTrue(bye.wrap(reader), "RFC 3550 §6.6: of no source, useless but valid");
        assertEquals(0, bye.count());
    }

    /** RFC 3611 §4.4 and §4.5, after a block of another type. */
    @Test
    void readsTheBlocksOfAnExtendedReport() {
        wrapFirst("""
                80CF000C 80000001
                06000000
                04000002 DFF1E2D3C4B5A697
                05000006 00000002 E2D3C4B5 00010000 00000003 00000000 00000000
                """);
        Xr xr = new Xr();
        assertTrue(xr.wrap(reader));
        assertEquals(0x80000001, xr.ssrc());
        assertTrue(xr.nextBlock());
        assertEquals(6, xr.blockType());
        assertEquals(0, xr.dlrrCount());
        assertThrows(IllegalStateException.class, xr::referenceTime);
        assertTrue(xr.nextBlock());
        assertEquals(0xDFF1E2D3C4B5A697L, xr.referenceTime());
        assertTrue(xr.nextBlock());
        assertEquals(2, xr.dlrrCount());
        assertEquals(2, xr.dlrrSsrc(0));
        assertEquals(0xE2D3C4B5, xr.lastRr(0));
        assertEquals(65_536, xr.delaySinceLastRr(0));
        assertEquals(3, xr.dlrrSsrc(1));
        assertFalse(xr.nextBlock());
    }

    @Test
    void passesOverABlockOfAWrongLength() {
        wrapFirst("80CF0006 00000001 04000001 00000000 04000002 DFF1E2D3 C4B5A697");
        Xr xr = new Xr();
        assertTrue(xr.wrap(reader));
        assertTrue(xr.nextBlock());
        assertEquals(0xDFF1E2D3C4B5A697L, xr.referenceTime());
        assertFalse(xr.nextBlock());
        wrapFirst("80CF0002 00000001 0500FFFF");
        assertTrue(xr.wrap(reader));
        assertFalse(xr.nextBlock(), "over the end");
    }
}

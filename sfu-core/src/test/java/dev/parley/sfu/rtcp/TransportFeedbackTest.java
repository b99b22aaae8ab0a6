package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Packets;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sections are those of draft-holmer-rmcat-transport-wide-cc-extensions-01. */
final class TransportFeedbackTest {
    private static final long TICK_NS = 250_000;
    private static final long REFERENCE_NS = 64_000_000;

    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedback feedback = new TransportFeedback();
    private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
    private final PacketBuffer packet = Packets.empty();

    private boolean read(String hex) {
        assertTrue(reader.wrap(Packets.of(hex)));
        assertTrue(reader.next());
        return feedback.wrap(reader);
    }

    private void readWritten() {
        writer.begin(packet);
        assertTrue(feedbackWriter.appendTo(writer, 1, 2));
        assertTrue(reader.wrap(packet));
        assertTrue(reader.next());
        assertTrue(feedback.wrap(reader));
    }

    /** The chunks in hex, as the writer chose them. */
    private String chunks(int count) {
        byte[] bytes = new byte[2 * count];
        packet.getBytes(20, bytes, 0, bytes.length);
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private void assertReceived(int sequenceNumber, long arrivalNs) {
        assertTrue(feedback.next());
        assertEquals(sequenceNumber, feedback.sequenceNumber());
        assertTrue(feedback.isReceived());
        assertEquals(arrivalNs, feedback.arrivalNs());
    }

    private void assertMissing(int sequenceNumber) {
        assertTrue(feedback.next());
        assertEquals(sequenceNumber, feedback.sequenceNumber());
        assertFalse(feedback.isReceived());
    }

    /** §3.1.4 and §3.1.5: a vector of one bit a status, then one of two, with 16 statuses across the wrap. */
    @Test
    void readsVectorsOfBothKinds() {
        assertTrue(read("8FCD0007 00000001 00000002 FFFE0010 FFFFFF07 B401E400 01020304 FFFE0500"));
        assertEquals(2, feedback.mediaSsrc());
        assertEquals(0xFFFE, feedback.baseSequenceNumber());
        assertEquals(16, feedback.statusCount());
        assertEquals(-1, feedback.referenceTime(), "signed");
        assertEquals(7, feedback.feedbackCount());
        long start = -REFERENCE_NS;
        assertReceived(0xFFFE, start + TICK_NS);
        assertReceived(0xFFFF, start + 3 * TICK_NS);
        assertMissing(0);
        assertThrows(IllegalStateException.class, feedback::arrivalNs);
        assertReceived(1, start + 6 * TICK_NS);
        for (int number = 2; number <= 10; number++) {
            assertMissing(number);
        }
        assertReceived(11, start + 10 * TICK_NS);
        assertReceived(12, start + 8 * TICK_NS);
        assertReceived(13, start + 13 * TICK_NS);
        assertFalse(feedback.next());
    }

    /** §3.1.3: a run of missing, a run of received; one of length 0 tells nothing. */
    @Test
    void readsRuns() {
        assertTrue(read("8FCD0008 00000001 00000002 00000007 00000001 0003 0000 2002 4002 00FF 7FFF 8000 0000"));
        assertMissing(0);
        assertMissing(1);
        assertMissing(2);
        assertReceived(3, 0);
        assertReceived(4, 0xFF * TICK_NS);
        assertReceived(5, (0xFF + 0x7FFF) * TICK_NS);
        assertReceived(6, (0xFF + 0x7FFF - 0x8000) * TICK_NS);
        assertFalse(feedback.next());
    }

    @Test
    void refusesFeedbackThatDoesNotAddUp() {
        assertFalse(read("8FCD0004 00000001 00000002 00000001 00000000"), "no chunk");
        assertFalse(read("8FCD0005 00000001 00000002 00000000 00000000 00010000"), "no status");
        assertFalse(read("8FCD0005 00000001 00000002 00000010 00000000 0001000E"), "fewer statuses than announced");
        assertFalse(read("8FCD0005 00000001 00000002 00000003 00000000 20030102"), "a delta too few");
        assertFalse(read("8FCD0005 00000001 00000002 00000001 00000000 6001 0102"), "a reserved status, in a run");
        assertFalse(read("8FCD0005 00000001 00000002 00000001 00000000 F000 0102"), "a reserved status, in a vector");
        assertFalse(read("8FCD0003 00000001 00000002 00000001"), "too short");
        assertFalse(feedback.next());
    }

    /** Symbols beyond the last status are not looked at. */
    @Test
    void ignoresTheRestOfTheLastVector() {
        assertTrue(read("8FCD0005 00000001 00000002 00000001 00000000 DFFF 0100"));
        assertReceived(0, TICK_NS);
        assertFalse(feedback.next());
    }

    @Test
    void writesRunsForALongStretch() {
        feedbackWriter.begin(0xFFF0, 0x1FF);
        for (int i = 0; i < 100; i++) {
            assertTrue(feedbackWriter.add(0xFFF0 + i & 0xFFFF, 128_000_000 + i * 1_000_000L));
        }
        readWritten();
        assertEquals("2064", chunks(1));
        assertEquals(100, feedback.statusCount());
        assertEquals(2, feedback.referenceTime());
        assertEquals(255, feedback.feedbackCount());
        for (int i = 0; i < 100; i++) {
            assertReceived(0xFFF0 + i & 0xFFFF, 128_000_000 + i * 1_000_000L);
        }
    }

    @Test
    void writesAVectorOfOneBitForScatteredLosses() {
        feedbackWriter.begin(0, 0);
        for (int number : new int[] {0, 2, 3, 4, 6, 13}) {
            assertTrue(feedbackWriter.add(number, 0));
        }
        readWritten();
        // 1011 1010 0000 01
        assertEquals("AE81", chunks(1));
        assertEquals(14, feedback.statusCount());
    }

    @Test
    void writesAVectorOfTwoBitsForLargeDeltas() {
        feedbackWriter.begin(0, 0);
        assertTrue(feedbackWriter.add(0, 0));
        assertTrue(feedbackWriter.add(2, 100_000_000));
        assertTrue(feedbackWriter.add(3, 99_000_000));
        assertTrue(feedbackWriter.add(6, 99_000_000));
        readWritten();
        // 01 00 10 10 00 00 01
        assertEquals("D281", chunks(1));
        assertReceived(0, 0);
        assertMissing(1);
        assertReceived(2, 100_000_000);
        assertReceived(3, 99_000_000);
    }

    @Test
    void writesAVectorBeforeALongRun() {
        feedbackWriter.begin(0, 0);
        assertTrue(feedbackWriter.add(1, 0));
        assertTrue(feedbackWriter.add(1_000, 0));
        readWritten();
        // 14 in a vector, 986 missing in a run, the last one alone.
        assertEquals("9000" + "03DA" + "2001", chunks(3));
    }

    @Test
    void reportsWhatIsMissingBeforeTheFirstArrival() {
        feedbackWriter.begin(10, 0);
        assertTrue(feedbackWriter.isEmpty());
        assertTrue(feedbackWriter.add(12, 5 * REFERENCE_NS + 3 * TICK_NS));
        readWritten();
        assertEquals(5, feedback.referenceTime());
        assertMissing(10);
        assertMissing(11);
        assertReceived(12, 5 * REFERENCE_NS + 3 * TICK_NS);
    }

    /** §3.1.5: a large delta has 16 bits with sign, ±8.2 s. */
    @Test
    void refusesATimeTooFarFromTheOneBefore() {
        feedbackWriter.begin(0, 0);
        assertTrue(feedbackWriter.add(0, 0));
        assertFalse(feedbackWriter.add(1, 0x8000 * TICK_NS));
        assertFalse(feedbackWriter.add(1, -0x8001 * TICK_NS));
        assertTrue(feedbackWriter.add(1, -0x8000 * TICK_NS));
        assertTrue(feedbackWriter.add(2, -TICK_NS));
        readWritten();
        assertEquals(3, feedback.statusCount());
    }

    @Test
    void refusesASequenceNumberNotAboveTheLast() {
        feedbackWriter.begin(0xFFFF, 0);
        assertTrue(feedbackWriter.add(1, 0));
        assertFalse(feedbackWriter.add(1, 0), "again");
        assertFalse(feedbackWriter.add(0, 0), "late");
        assertFalse(feedbackWriter.add(0xFFFE, 0), "before the base");
        assertEquals(3, feedbackWriter.statusCount());
    }

    @Test
    void isNeverLongerThanItsLimit() {
        feedbackWriter.begin(0, 0);
        int number = 0;
        while (feedbackWriter.add(number, number % 2 * 1_000_000_000L)) {
            number++;
        }
        assertTrue(number > 400, "but holds a good deal: " + number);
        readWritten();
        assertTrue(packet.length() <= TransportFeedbackWriter.MAX_LENGTH);
        assertEquals(number, feedback.statusCount());
        feedbackWriter.begin(number, 1);
        assertTrue(feedbackWriter.add(number, Long.MAX_VALUE / 2), "the first always fits");
    }

    @Test
    void reportsAtMostAFixedSpan() {
        feedbackWriter.begin(0, 0);
        assertFalse(feedbackWriter.add(TransportFeedbackWriter.MAX_STATUSES, 0));
        assertTrue(feedbackWriter.add(TransportFeedbackWriter.MAX_STATUSES - 1, 0));
        readWritten();
        assertEquals(TransportFeedbackWriter.MAX_STATUSES, feedback.statusCount());
    }

    @Test
    void appendsNothingWhenEmptyOrTooLong() {
        writer.begin(packet, 24);
        feedbackWriter.begin(0, 0);
        assertFalse(feedbackWriter.appendTo(writer, 1, 2));
        assertTrue(feedbackWriter.add(0, 0));
        assertTrue(feedbackWriter.add(20, 0));
        assertFalse(feedbackWriter.appendTo(writer, 1, 2));
        assertTrue(writer.isEmpty());
    }

    @Test
    void roundingNeverAddsUp() {
        feedbackWriter.begin(0, 0);
        for (int i = 0; i < 500; i++) {
            assertTrue(feedbackWriter.add(i, i * 333_333L));
        }
        readWritten();
        for (int i = 0; i < 500; i++) {
            assertTrue(feedback.next());
            assertTrue(Math.abs(feedback.arrivalNs() - i * 333_333L) <= TICK_NS / 2, "at " + i);
        }
    }

    @Test
    void isReadBackWhateverArrives() {
        Random random = new Random(1729);
        for (int round = 0; round < 2_000; round++) {
            int base = random.nextInt(0x10000);
            double loss = random.nextDouble();
            int jitterTicks = 1 << random.nextInt(12);
            feedbackWriter.begin(base, round);
            TreeMap<Integer, Long> arrivals = new TreeMap<>();
            long ticks = random.nextInt(1_000_000);
            for (int i = 0; i < 300; i++) {
                ticks += random.nextInt(jitterTicks) - jitterTicks / 4;
                if (random.nextDouble() >= loss && feedbackWriter.add(base + i & 0xFFFF, ticks * TICK_NS)) {
                    arrivals.put(i, ticks * TICK_NS);
                }
            }
            if (arrivals.isEmpty()) {
                continue;
            }
            readWritten();
            assertEquals(arrivals.lastKey() + 1, feedback.statusCount(), "round " + round);
            for (int i = 0; i <= arrivals.lastKey(); i++) {
                Long arrivalNs = arrivals.get(i);
                if (arrivalNs == null) {
                    assertMissing(base + i & 0xFFFF);
                } else {
                    assertReceived(base + i & 0xFFFF, arrivalNs);
                }
            }
            assertFalse(feedback.next());
        }
    }
}

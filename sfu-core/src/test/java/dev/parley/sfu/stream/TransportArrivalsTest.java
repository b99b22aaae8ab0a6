package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedback;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TransportArrivalsTest {
    private static final long MS = 1_000_000L;
    private static final long INTERVAL_NS = 100_000_000L;

    private final PacketPool pool = PacketPool.bounded(4);
    private final PacketBuffer compound = Objects.requireNonNull(pool.acquire());
    private final RtcpWriter writer = new RtcpWriter();
    private final TransportArrivals arrivals = new TransportArrivals(INTERVAL_NS);
    private final List<Integer> feedbackCounts = new ArrayList<>();

    @AfterEach
    void everyPacketIsBackInThePool() {
        compound.release();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void nothingReceivedIsNothingToTell() {
        assertEquals(Long.MAX_VALUE, arrivals.nextDeadlineNs());
        assertEquals(List.of(), feedback());
    }

    @Test
    void feedbackCoversArrivalsAndGaps() {
        arrivals.record(10, 1_000 * MS);
        arrivals.record(11, 1_001 * MS);
        arrivals.record(13, 1_005 * MS);
        assertEquals(1_000 * MS + INTERVAL_NS, arrivals.nextDeadlineNs());
        assertEquals(List.of("10@1000", "11@1001", "12-", "13@1005"), feedback());
        assertEquals(Long.MAX_VALUE, arrivals.nextDeadlineNs());
        assertEquals(List.of(), feedback());
    }

    @Test
    void gapBetweenTwoFeedbacksIsTold() {
        arrivals.record(10, 1_000 * MS);
        feedback();
        arrivals.record(13, 1_200 * MS);
        assertEquals(List.of("11-", "12-", "13@1200"), feedback());
        assertEquals(List.of(0, 1), feedbackCounts);
    }

    @Test
    void lateArrivalIsToldWithWhatFollowsIt() {
        arrivals.record(10, 1_000 * MS);
        arrivals.record(11, 1_001 * MS);
        arrivals.record(13, 1_005 * MS);
        feedback();
        arrivals.record(12, 1_100 * MS);
        arrivals.record(14, 1_101 * MS);
        assertEquals(List.of("12@1100", "13@1005", "14@1101"), feedback());
    }

    @Test
    void duplicatesKeepTheFirstArrival() {
        arrivals.record(10, 1_000 * MS);
        arrivals.record(10, 1_050 * MS);
        assertEquals(List.of("10@1000"), feedback());
        arrivals.record(10, 1_200 * MS);
        assertEquals(Long.MAX_VALUE, arrivals.nextDeadlineNs());
    }

    @Test
    void numbersWrap() {
        arrivals.record(0xFFFF, 1_000 * MS);
        arrivals.record(1, 1_002 * MS);
        arrivals.record(0, 1_003 * MS);
        assertEquals(List.of("65535@1000", "0@1003", "1@1002"), feedback());
    }

    @Test
    void jumpAheadForgetsInsteadOfGrowing() {
        arrivals.record(10, 1_000 * MS);
        arrivals.record(20_000, 1_001 * MS);
        List<String> told = feedback();
        assertEquals("20000@1001", told.get(told.size() - 1));
        assertTrue(told.size() <= TransportArrivals.WINDOW);
        arrivals.record(20_000 - TransportArrivals.WINDOW, 1_002 * MS);
        assertEquals(List.of(), feedback());
    }

    @Test
    void manyArrivalsAreDueAtOnceAndSpreadOverCompounds() {
        for (int i = 0; i < 2_000; i++) {
            arrivals.record(i, 1_000 * MS + i * 20L * MS);
        }
        assertTrue(arrivals.nextDeadlineNs() < 1_000 * MS + 2_000L * 20 * MS);
        List<String> told = new ArrayList<>();
        int compounds = 0;
        boolean all = false;
        while (!all) {
            writer.begin(compound);
            all = arrivals.writeFeedback(writer, 1, 2);
            assertTrue(compound.length() <= RtcpWriter.MAX_COMPOUND_LENGTH);
            told.addAll(read());
            compounds++;
            assertTrue(compounds < 10);
        }
        assertTrue(compounds > 1);
        assertEquals(2_000, told.size());
        assertEquals("1999@40980", told.get(1_999));
        assertFalse(told.toString().contains("-"));
    }

    private List<String> feedback() {
        writer.begin(compound);
        assertTrue(arrivals.writeFeedback(writer, 1, 2));
        return read();
    }

    private List<String> read() {
        List<String> statuses = new ArrayList<>();
        RtcpReader reader = new RtcpReader();
        TransportFeedback feedback = new TransportFeedback();
        if (compound.length() > 0) {
            assertTrue(reader.wrap(compound));
        }
        while (reader.next()) {
            assertTrue(feedback.wrap(reader));
            assertEquals(2, feedback.mediaSsrc());
            feedbackCounts.add(feedback.feedbackCount());
            while (feedback.next()) {
                statuses.add(
                        feedback.sequenceNumber() + (feedback.isReceived() ? "@" + feedback.arrivalNs() / MS : "-"));
            }
        }
        return statuses;
    }
}

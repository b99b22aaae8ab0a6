package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SentPacketsTest {
    private static final long MS = 1_000_000;

    private final SentPackets sent = new SentPackets();

    @Test
    void tellsWhenAndOfWhatSizeAPacketWasAndOfWhichProbe() {
        sent.cluster(3);
        sent.turn(5_000 * MS);
        int number = sent.add(1_228);
        long sequence = sent.find(number);
        assertTrue(sent.isWaitedFor(sequence));
        assertEquals(5_000_000, sent.sentUs(sequence));
        assertEquals(1_228, sent.sizeBytes(sequence));
        assertEquals(3, sent.cluster(sequence));
        sent.arrived(sequence);
        assertFalse(sent.isWaitedFor(sequence));
    }

    @Test
    void numbersGoOnBehindTheLargest() {
        int last = 0;
        for (int i = 0; i < 70_000; i++) {
            sent.turn(i * MS);
            last = sent.add(100);
            sent.arrived(sent.find(last));
        }
        assertEquals(69_999 & 0xFFFF, last);
        assertEquals(69_999, sent.find(last));
        assertEquals(69_998, sent.find(last - 1));
    }

    @Test
    void remembersAsMuchAsIsOnItsWay() {
        sent.heard();
        for (int i = 0; i < 2_000; i++) {
            sent.turn(i * MS / 10);
            sent.add(1_000);
        }
        assertTrue(sent.capacity() >= 2_000);
        for (int number = 0; number < 2_000; number++) {
            assertEquals(number / 10 * 1_000 + number % 10 * 100, sent.sentUs(sent.find(number)));
        }
    }

    @Test
    void staysSmallWhileNothingIsHeard() {
        for (int i = 0; i < 2_000; i++) {
            sent.turn(i * MS / 10);
            sent.add(1_000);
        }
        assertEquals(256, sent.capacity());
        assertEquals(1_999, sent.find(1_999));
    }

    @Test
    void staysSmallWhileFeedbackComes() {
        sent.heard();
        for (int i = 0; i < 50_000; i++) {
            sent.turn(i * MS);
            sent.add(1_000);
            sent.arrived(sent.find(Math.max(0, i - 100) & 0xFFFF));
        }
        assertEquals(256, sent.capacity());
    }

    @Test
    void lostPacketMayStillArrive() {
        sent.turn(MS);
        long sequence = sent.find(sent.add(500));
        sent.lost(sequence);
        assertTrue(sent.wasLost(sequence));
        assertTrue(sent.isWaitedFor(sequence));
        assertEquals(500, sent.sizeBytes(sequence));
    }

    @Test
    void numberThatWasNeverSentIsNotFound() {
        assertEquals(-1, sent.find(0));
        sent.turn(MS);
        sent.add(1);
        assertEquals(0, sent.find(0));
        assertEquals(-1, sent.find(1));
        assertEquals(-1, sent.find(0xFFFF));
    }
}

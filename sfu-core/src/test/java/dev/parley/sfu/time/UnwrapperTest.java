package dev.parley.sfu.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class UnwrapperTest {
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();

    @Test
    void sequenceNumbersGoOnAcrossTheWrapInBothDirections() {
        assertEquals(0xFFFE, sequences.unwrap(0xFFFE));
        assertEquals(0xFFFF, sequences.unwrap(0xFFFF));
        assertEquals(0x1_0000, sequences.unwrap(0));
        assertEquals(0xFFFE, sequences.unwrap(0xFFFE));
        assertEquals(0x1_0001, sequences.unwrap(1));
    }

    @Test
    void reorderingOfTheFirstPacketsAcrossTheWrapGoesBelowZero() {
        assertEquals(1, sequences.unwrap(1));
        assertEquals(-1, sequences.unwrap(0xFFFF));
        assertEquals(2, sequences.unwrap(2));
    }

    @Test
    void sequenceNumbersKeepCountOverManyWraps() {
        for (long expected = 0; expected < 5 * 0x1_0000; expected += 1_000) {
            assertEquals(expected, sequences.unwrap((int) expected & 0xFFFF));
        }
    }

    @Test
    void oldPacketDoesNotMoveTheReference() {
        sequences.unwrap(40_000);
        assertEquals(40_000 - 30_000, sequences.unwrap(10_000));
        assertEquals(40_000 + 32_767, sequences.unwrap((40_000 + 32_767) & 0xFFFF));
    }

    @Test
    void peekingChangesNothing() {
        assertEquals(5, sequences.peek(5));
        assertEquals(60_000, sequences.unwrap(60_000));
        assertEquals(0x1_0000 + 10, sequences.peek(10));
        assertEquals(60_001, sequences.unwrap(60_001));
    }

    @Test
    void timestampsGoOnAcrossTheWrapInBothDirections() {
        assertEquals(0xFFFF_FFF0L, timestamps.unwrap(0xFFFF_FFF0));
        assertEquals(0x1_0000_0010L, timestamps.unwrap(0x10));
        assertEquals(0xFFFF_FFFFL, timestamps.unwrap(0xFFFF_FFFF));
        assertEquals(0x1_0000_0011L, timestamps.peek(0x11));
        assertEquals(0x1_8000_000FL, timestamps.unwrap(0x8000_000F));
    }

    @Test
    void serialComparisonWraps() {
        assertTrue(Serial.compare16(0, 0xFFFF) > 0);
        assertTrue(Serial.compare16(0xFFFF, 0) < 0);
        assertEquals(0, Serial.compare16(7, 7));
        assertTrue(Serial.compare32(0, -1) > 0);
        assertTrue(Serial.compare32(0x7FFF_FFFF, 0x8000_0000) < 0);
        assertEquals(0, Serial.compare32(-1, -1));
    }
}

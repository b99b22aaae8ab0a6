package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.time.NtpTime;
import org.junit.jupiter.api.Test;

final class ReceptionStatsTest {
    private static final long MS = 1_000_000L;

    private final ReceptionStats stats = new ReceptionStats(90_000);

    @Test
    void fractionLostIsThatOfTheInterval() {
        assertFalse(stats.hasStarted());
        receive(0, 1, 2, 3, 4, 5, 6, 7);
        assertTrue(stats.hasStarted());
        stats.closeInterval();
        assertEquals(0, stats.fractionLost());
        receive(8, 10, 11);
        stats.closeInterval();
        assertEquals(64, stats.fractionLost());
        assertEquals(1, stats.cumulativeLost());
        stats.closeInterval();
        assertEquals(0, stats.fractionLost());
    }

    @Test
    void latePacketsMakeNoNegativeFraction() {
        receive(0, 2, 4);
        stats.closeInterval();
        assertEquals(2 * 256 / 5, stats.fractionLost());
        receive(1, 3, 5);
        stats.closeInterval();
        assertEquals(0, stats.fractionLost());
        assertEquals(0, stats.cumulativeLost());
    }

    @Test
    void duplicatesMakeTheCumulativeLossNegative() {
        receive(0, 1, 1, 1);
        assertEquals(-2, stats.cumulativeLost());
    }

    @Test
    void cumulativeLossIsClampedTo24Bits() {
        receive(0, 20_000_000);
        assertEquals(0x7F_FFFF, stats.cumulativeLost());
        stats.closeInterval();
        assertEquals(255, stats.fractionLost());
    }

    @Test
    void highestSequenceNumberCountsItsWraps() {
        receive(0xFFFF, 0x1_0000, 0x1_0001, 0x1_0000);
        assertEquals(0x0001_0001, stats.extendedHighestSequence());
    }

    @Test
    void jitterFollowsTheFormulaOfA8() {
        // Frames every 20 ms (1,800 units), the second one 10 ms (900 units) late: |D| = 900, 900, 0.
        stats.received(0, 0, 100, 0);
        stats.received(1, 1_800, 100, 30 * MS);
        assertEquals(900 / 16, stats.jitter());
        stats.received(2, 3_600, 100, 40 * MS);
        // Scaled by 16 as in A.8: J = 900, then 900 + 900 - (900 + 8) / 16 = 1,744.
        assertEquals(1_744 / 16, stats.jitter());
        stats.received(3, 5_400, 100, 60 * MS);
        assertEquals((1_744 - (1_744 + 8) / 16) / 16, stats.jitter());
    }

    @Test
    void steadyStreamHasNoJitterAcrossTheWrapOfTimestamps() {
        for (int i = 0; i < 200; i++) {
            stats.received(i, 0xFFFF_F000 + i * 1_800, 100, 1_000_000_000L * MS + i * 20L * MS);
        }
        assertEquals(0, stats.jitter());
    }

    @Test
    void lastSenderReportIsEchoedWithItsAge() {
        assertEquals(0, stats.lastSr());
        assertEquals(0, stats.delaySinceLastSr(5 * MS));
        long ntp = NtpTime.fromEpochNs(1_790_000_000_123_000_000L);
        stats.senderReport(ntp, 1_000 * MS);
        assertEquals(NtpTime.middle32(ntp), stats.lastSr());
        assertEquals(0x0000_8000, stats.delaySinceLastSr(1_500 * MS));
    }

    private void receive(long... sequences) {
        for (long sequence : sequences) {
            stats.received(sequence, 0, 100, 0);
        }
    }
}

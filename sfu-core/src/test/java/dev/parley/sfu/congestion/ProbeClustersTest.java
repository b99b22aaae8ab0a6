package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a probe measures: 20 packets of 1,000 bytes, 8 ms apart, so 1 Mbit/s. */
final class ProbeClustersTest {
    private static final int BYTES = 1_000;
    private static final int PACKETS = 20;
    private static final long APART_US = 8_000;
    private static final double SENT_BPS = 1_000_000;

    private final ProbeClusters clusters = new ProbeClusters();
    private final int probe = clusters.begin((long) SENT_BPS, PACKETS * BYTES);

    @Test
    void isItsOwnRateOnAWideLink() {
        for (int i = 0; i < PACKETS; i++) {
            arrives(i, i * APART_US);
        }
        assertEquals(SENT_BPS, clusters.measuredBps(probe), 0.01 * SENT_BPS);
        assertFalse(clusters.isSaturated(probe));
    }

    @Test
    void isALittleLessThanWhatANarrowLinkCarries() {
        for (int i = 0; i < PACKETS; i++) {
            arrives(i, 2L * i * APART_US);
        }
        assertEquals(0.95 * SENT_BPS / 2, clusters.measuredBps(probe), 0.02 * SENT_BPS);
        assertTrue(clusters.isSaturated(probe));
    }

    /** Of the whole probe that would be 670 kbit/s: two thirds more than the link carries. */
    @Test
    void packetsThatATokenBucketLetsPassAtOnceAreNoMeasure() {
        long atUs = 0;
        for (int i = 0; i < PACKETS; i++) {
            atUs = i < PACKETS / 2 ? i * APART_US : atUs + 2 * APART_US;
            arrives(i, atUs);
        }
        assertEquals(0.95 * SENT_BPS / 2, clusters.measuredBps(probe), 0.03 * SENT_BPS);
        assertTrue(clusters.isSaturated(probe));
    }

    @Test
    void nothingIsMeasuredOfPacketsThatWereHeldBackAndLetGoTogether() {
        for (int i = 0; i < PACKETS; i++) {
            arrives(i, i * APART_US / 4);
        }
        assertEquals(0, clusters.measuredBps(probe));
    }

    @Test
    void nothingIsMeasuredWhileTooLittleHasArrived() {
        for (int i = 0; i < PACKETS / 2; i++) {
            arrives(i, i * APART_US);
        }
        assertEquals(0, clusters.measuredBps(probe));
    }

    private void arrives(int index, long arrivalUs) {
        clusters.add(probe, index * APART_US, 50_000 + arrivalUs, BYTES);
    }
}

package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.time.NtpTime;
import org.junit.jupiter.api.Test;

final class SenderClockTest {
    private static final long MS = 1_000_000L;
    /** The publisher's clock is years off the server's monotonic one. */
    private static final long PUBLISHER_EPOCH_NS = 1_790_000_000_000_000_000L;

    private final PublisherClock publisher = new PublisherClock();
    private final SenderClock video = new SenderClock(publisher, 90_000);
    private final SenderClock audio = new SenderClock(publisher, 48_000);

    @Test
    void timestampIsExtrapolatedAtTheClockRate() {
        video.senderReport(ntp(7_000), 1_000, 7_000 * MS);
        assertEquals(46_000, video.timestampAt(7_500 * MS));
        assertEquals(1_000 - 9_000, video.timestampAt(6_900 * MS));
    }

    @Test
    void arrivalOfPacketsServesUntilTheFirstReport() {
        assertFalse(video.isKnown());
        video.observe(5_000, 100 * MS);
        video.observe(5_000, 120 * MS);
        assertTrue(video.isKnown());
        assertEquals(5_000 + 9_000, video.timestampAt(200 * MS));
        video.senderReport(ntp(150), 9_999, 160 * MS);
        assertEquals(9_999, video.timestampAt(160 * MS));
    }

    @Test
    void lipsStayInSyncWhateverDelayTheReportsOfTheTwoStreamsHad() {
        // Both streams captured their timestamps 0 at the publisher's second 10; reports took 5, 60 and 9 ms.
        audio.senderReport(ntp(10_000), 0, 10_005 * MS);
        video.senderReport(ntp(10_500), 45_000, 10_560 * MS);
        audio.senderReport(ntp(11_000), 48_000, 11_009 * MS);
        double audioSeconds = audio.timestampAt(12_000 * MS) / 48_000.0;
        double videoSeconds = video.timestampAt(12_000 * MS) / 90_000.0;
        assertEquals(audioSeconds, videoSeconds, 0.0001);
        assertEquals(1.995, videoSeconds, 0.001);
    }

    @Test
    void clockThatWasSetIsFollowedAtOnce() {
        video.senderReport(ntp(1_000), 0, 1_010 * MS);
        video.senderReport(ntp(3_601_000), 90_000, 2_010 * MS);
        assertEquals(90_000, video.timestampAt(2_010 * MS));
    }

    @Test
    void fasterPathIsFollowedSlowly() {
        for (int i = 0; i < 5; i++) {
            video.senderReport(ntp(i * 1_000L), i * 90_000, (i * 1_000L + 100) * MS);
        }
        video.senderReport(ntp(5_000), 450_000, 5_020 * MS);
        // From 100 ms toward 20 ms by an eighth: 90 ms.
        assertEquals(450_000, video.timestampAt(5_090 * MS));
    }

    private static long ntp(long publisherMs) {
        return NtpTime.fromEpochNs(PUBLISHER_EPOCH_NS + publisherMs * MS);
    }
}

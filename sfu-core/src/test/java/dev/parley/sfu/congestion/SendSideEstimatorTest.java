package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The estimator before one subscriber. Many flows over one path: CongestionScenarioTest in benchmarks. */
final class SendSideEstimatorTest {
    private final SimulatedSubscriber subscriber = new SimulatedSubscriber();
    private final SendSideEstimator estimator = subscriber.estimator;

    @AfterEach
    void close() {
        subscriber.close();
    }

    @Test
    void firstProbesFindWhatAFastLinkCarries() {
        subscriber.wants(1_000_000);
        subscriber.videoBps = 400_000;
        subscriber.runMs(3_000);
        assertTrue(estimator.bitrateBps() > 2_500_000, () -> "estimated " + estimator.bitrateBps());
    }

    @Test
    void firstProbesAreSentAgainIfThereWasNothingToMakeThemOf() {
        subscriber.wants(1_000_000);
        subscriber.padding = false;
        subscriber.runMs(3_000);
        assertTrue(estimator.bitrateBps() < 700_000, () -> "estimated " + estimator.bitrateBps());
        subscriber.padding = true;
        subscriber.runMs(2_000);
        assertTrue(estimator.bitrateBps() > 2_500_000, () -> "estimated " + estimator.bitrateBps());
    }

    @ParameterizedTest
    @CsvSource({
        // So much wanted, so much sent, the link, and for how long the subscriber does not read.
        "450000, 400000, 100000000, 100",
        "450000, 400000, 100000000, 300",
        "450000, 400000, 100000000, 500",
        "450000, 400000, 100000000, 1000",
        "2000000, 1800000, 100000000, 300",
        "2000000, 1800000, 100000000, 700",
        "450000, 30000, 100000000, 500",
        "800000, 700000, 2000000, 400"
    })
    void subscriberThatReadsLateHasNoNarrowLink(long wantedBps, long videoBps, long linkBps, long stallMs) {
        subscriber.wants(wantedBps);
        subscriber.linkBps = linkBps;
        subscriber.videoBps = videoBps;
        subscriber.runMs(6_000);
        for (int i = 0; i < 5; i++) {
            long before = estimator.bitrateBps();
            subscriber.stall(stallMs);
            subscriber.runMs(stallMs + 400);
            assertTrue(
                    estimator.bitrateBps() > 0.8 * before,
                    () -> "was " + before + ", became " + estimator.bitrateBps());
            subscriber.runMs(1_500);
        }
    }

    @ParameterizedTest
    @CsvSource({"2000000, 1500000, 300000", "2000000, 1500000, 1000000", "600000, 500000, 200000"})
    void linkThatBecomesNarrowIsNoticedAtOnce(long wantedBps, long videoBps, long narrowBps) {
        subscriber.wants(wantedBps);
        subscriber.videoBps = videoBps;
        subscriber.runMs(6_000);
        subscriber.linkBps = narrowBps;
        subscriber.runMs(1_500);
        assertTrue(estimator.bitrateBps() < 1.1 * narrowBps, () -> "estimated " + estimator.bitrateBps());
        assertEquals(0, estimator.lossShare(), 0.01);
    }
}

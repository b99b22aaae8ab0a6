package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a subscriber needs to play audio and video of one publisher in step. */
final class LipSyncScenarioTest {
    private static final long HOUR_NS = 3_600_000_000_000L;

    @Test
    void lipsStayInSyncThoughThePublishersClockIsOffAndDrifts() {
        for (double drift : new double[] {0, 200e-6, -200e-6}) {
            lipsStayInSync(80, 5 * HOUR_NS, drift);
        }
    }

    @Test
    void lipsStayInSyncThoughThePublishersClockIsSlow() {
        lipsStayInSync(81, -7 * HOUR_NS, 50e-6);
    }

    @Test
    void viewerMeasuresItsRoundTripThoughItSendsNothing() {
        try (SimulatedSfu sfu = new SimulatedSfu(82)) {
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            bob.path().conditions(LinkConditions.perfect().withDelayMs(35));
            sfu.runMs(3_000);
            assertEquals(70, bob.media().rttNs() / 1e6, 1);
        }
    }

    private static void lipsStayInSync(long seed, long offsetNs, double drift) {
        try (SimulatedSfu sfu = new SimulatedSfu(seed)) {
            SimulatedClient alice = sfu.client("alice");
            alice.clock(offsetNs, drift);
            alice.microphone().start();
            alice.camera().start();
            alice.join();
            alice.path().conditions(LinkConditions.perfect().withDelayMs(30).withJitterMs(20));
            SimulatedClient other = Call.member(sfu, "other");
            SimulatedClient bob = Call.member(sfu, "bob");
            bob.path().conditions(LinkConditions.perfect().withDelayMs(50).withJitterMs(20));
            Call.watch(bob, alice);
            for (int second = 1; second <= 60; second++) {
                sfu.runMs(1_000);
                if (second == 20) {
                    Call.watch(bob, other);
                } else if (second == 25) {
                    Call.watch(bob, alice);
                }
                if (second > 1) {
                    assertInSync(bob, second);
                }
            }
        }
    }

    /** By its last sender reports, audio and video captured at one instant have one time. */
    private static void assertInSync(SimulatedClient bob, int second) {
        long skewNs = captureErrorNs(bob.received(AUDIO_SLOT)) - captureErrorNs(bob.received(VIDEO_SLOT));
        assertTrue(Math.abs(skewNs) < 5_000_000, skewNs / 1_000 + " µs of skew at second " + second);
    }

    private static long captureErrorNs(ReceivedStream stream) {
        assertTrue(stream.senderReports() > 0, "no sender report has come");
        ReceivedStream.Arrival last = stream.last();
        return stream.senderNs(last.timestamp())
                - SimulatedSfu.EPOCH_OFFSET_NS
                - last.payload().capturedNs();
    }
}

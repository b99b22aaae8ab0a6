package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.Explanation;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.congestion.BandwidthListener;
import dev.parley.sfu.congestion.DownlinkEstimate;
import dev.parley.sfu.congestion.EstimateCause;
import dev.parley.sfu.congestion.EstimateChange;
import dev.parley.sfu.congestion.ProbeReason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What whole calls make of a subscriber's link: feedback in, estimates, probes and paced packets out. */
final class DownlinkScenarioTest {
    private static final LinkConditions FAST = LinkConditions.perfect().withDelayMs(20);
    private static final int QUEUE_BYTES = 18_750;

    @Test
    void estimateComesToWhatANarrowLinkCarriesAndPacketsWaitForIt() {
        try (Watching call = new Watching(70)) {
            call.bob.path().down().conditions(FAST.withRate(500_000, QUEUE_BYTES));
            call.sfu.runMs(10_000);
            // Nobody follows it, so that the queue stays full: it can only fall.
            assertTrue(
                    call.downlink().bitrateBps() < 500_000,
                    "estimated " + call.downlink().bitrateBps());
            call.camera.shape(10, 4, 1_000);
            call.downlink().wanted(320_000, 450_000, 1_000_000, call.sfu.clock().nowNs());
            call.sfu.runMs(15_000);
            long bps = call.downlink().bitrateBps();
            // The simulated link has no IP headers, so that of ours it carries 513 kbit/s: 70 to 110 % of that.
            assertTrue(bps > 359_000 && bps < 565_000, "estimated " + bps);
            assertTrue(
                    call.downlink().queueDelayMs() < 60,
                    "queue " + call.downlink().queueDelayMs());
            assertTrue(call.causes.contains(EstimateCause.DELAY_RISING), () -> "for " + call.causes);
            assertTrue(call.sfu.media().packetsPaced().value() > 100, "nothing had to wait");
            // The one who sends has a link of its own, of which nothing is known.
            assertFalse(call.sfu.shard(0).downlinks().getFirst().isMeasured());
        }
    }

    @Test
    void nothingWaitsOnAFastLink() {
        try (Watching call = new Watching(71)) {
            call.sfu.runMs(6_000);
            long pacedAtTheStart = call.sfu.media().packetsPaced().value();
            call.sfu.runMs(6_000);
            long bps = call.downlink().bitrateBps();
            assertTrue(call.downlink().isMeasured());
            assertTrue(bps >= 2_000_000, "estimated " + bps);
            assertTrue(call.downlink().queueDelayMs() < 10);
            assertEquals(pacedAtTheStart, call.sfu.media().packetsPaced().value());
            Call.assertContinuous(call.bob.received(Call.VIDEO_SLOT));
        }
    }

    @Test
    void probesFindWhatTheAllocationCouldUse() {
        try (Watching call = new Watching(72)) {
            call.downlink()
                    .wanted(1_200_000, 3_000_000, 5_000_000, call.sfu.clock().nowNs());
            call.sfu.runMs(10_000);
            assertTrue(call.probes > 0, "nothing was probed");
            assertTrue(call.sfu.media().paddingSent().value() > 10_000, "nothing was sent for it");
            assertTrue(
                    call.downlink().bitrateBps() > 3_000_000,
                    "estimated " + call.downlink().bitrateBps());
            Call.assertContinuous(call.bob.received(Call.VIDEO_SLOT));
        }
    }

    @Test
    void linkIsKnownBeforeTheFirstPictureAndNoGuessPausesAnybody() {
        try (SimulatedSfu sfu = new SimulatedSfu(77)) {
            List<SimulatedSource> cameras = new ArrayList<>();
            List<SimulatedClient> members = Stream.of("alice", "bob", "carol", "dave")
                    .map(name -> {
                        SimulatedClient member = sfu.client(name);
                        member.microphone().start();
                        cameras.add(member.camera().shape(20, 1, 1_100));
                        for (int i = 0; i < 3; i++) {
                            member.slot(MediaKind.AUDIO);
                            member.slot(MediaKind.VIDEO);
                        }
                        member.join();
                        member.media().reportsArrivals(true);
                        member.path().conditions(FAST);
                        return member;
                    })
                    .toList();
            for (SimulatedClient member : members) {
                int mid = 2;
                for (SimulatedClient other : members) {
                    if (other != member) {
                        member.subscribe(String.valueOf(mid++), other.trackId(Call.MICROPHONE));
                        member.subscribe(String.valueOf(mid++), other.trackId(Call.CAMERA));
                    }
                }
            }
            // Voices alone are heard until the cameras have come up.
            sfu.runMs(1_500);
            for (SimulatedClient member : members) {
                Explanation told = member.participant().explain(sfu.clock().nowNs());
                assertTrue(told.link().estimateBps() > 1_500_000, "estimated " + told.link());
            }
            assertTrue(sfu.media().paddingSent().value() > 10_000, "nothing was sent for it");
            cameras.forEach(SimulatedSource::start);
            sfu.runMs(3_000);
            for (SimulatedClient member : members) {
                Explanation told = member.participant().explain(sfu.clock().nowNs());
                assertEquals(
                        List.of(),
                        told.decisions().stream()
                                .filter(decision -> decision.kind().equals("pause"))
                                .toList());
                assertTrue(member.received("3").decodable() > 50, "few pictures");
                Call.assertContinuous(member.received("3"));
            }
        }
    }

    @Test
    void silenceOfASubscriberLowersItsEstimate() {
        try (Watching call = new Watching(73)) {
            call.sfu.runMs(5_000);
            long before = call.downlink().bitrateBps();
            call.bob.media().reportsArrivals(false);
            call.sfu.runMs(6_000);
            assertTrue(call.downlink().bitrateBps() < before, "still " + before);
            assertTrue(call.causes.contains(EstimateCause.FEEDBACK_MISSING), () -> "for " + call.causes);
        }
    }

    @Test
    void callFollowsALinkThatBecomesNarrowAndWideAgain() {
        try (SimulatedSfu sfu = new SimulatedSfu(74)) {
            SimulatedClient alice = sfu.client("alice");
            List<SimulatedSource> layers = alice.simulcastCamera("q", "h", "f");
            layers.get(0).shape(25, 1, 600); // 120, 400 and 1,200 kbit/s
            layers.get(1).shape(25, 2, 1_000);
            layers.get(2).shape(25, 6, 1_000);
            layers.forEach(SimulatedSource::start);
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            bob.media().reportsArrivals(true);
            bob.path().conditions(FAST);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(5_000);
            assertEquals(layers.get(2).stream().ssrc(), bob.received("0").source());
            bob.path().down().conditions(FAST.withRate(600_000, QUEUE_BYTES));
            sfu.runMs(6_000);
            assertEquals(layers.get(1).stream().ssrc(), bob.received("0").source());
            long missing = bob.received("0").missing();
            sfu.runMs(10_000);
            assertEquals(layers.get(1).stream().ssrc(), bob.received("0").source());
            assertEquals(missing, bob.received("0").missing(), "lost in what fits");
            bob.path().down().conditions(FAST);
            sfu.runMs(12_000);
            assertEquals(layers.get(2).stream().ssrc(), bob.received("0").source());
        }
    }

    @Test
    void subscriberWithoutTransportCcIsLimitedAndPacedByWhatItSaysByRemb() {
        try (SimulatedSfu sfu = new SimulatedSfu(75)) {
            SimulatedClient alice = sfu.client("alice");
            List<SimulatedSource> layers = alice.simulcastCamera("q", "h", "f");
            layers.get(0).shape(25, 1, 600); // 120, 400 and 1,200 kbit/s
            layers.get(1).shape(25, 2, 1_000);
            layers.get(2).shape(25, 6, 1_000);
            layers.forEach(SimulatedSource::start);
            alice.join();
            SimulatedClient bob = sfu.client("bob");
            bob.offer().withoutTransportCc();
            bob.slot(MediaKind.VIDEO);
            bob.join();
            bob.media().remb(5_000_000);
            bob.path().conditions(FAST);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(5_000);
            assertEquals(layers.get(2).stream().ssrc(), bob.received("0").source());
            long pacedBefore = sfu.media().packetsPaced().value();

            bob.media().remb(700_000);
            sfu.runMs(4_000);
            assertEquals(layers.get(1).stream().ssrc(), bob.received("0").source());
            Explanation told = bob.participant().explain(sfu.clock().nowNs());
            assertEquals("receiver-limit", told.link().cause());
            assertTrue(Math.abs(told.link().estimateBps() - 700_000) < 7_000, "estimated " + told.link());
            assertTrue(told.link().measured());

            bob.media().remb(220_000);
            sfu.runMs(4_000);
            assertEquals(layers.get(0).stream().ssrc(), bob.received("0").source());
            assertTrue(sfu.media().packetsPaced().value() > pacedBefore, "nothing had to wait");

            bob.media().remb(5_000_000);
            sfu.runMs(20_000);
            assertEquals(layers.get(2).stream().ssrc(), bob.received("0").source());
            Call.assertContinuous(bob.received("0"));
            assertEquals(0, sfu.media().paddingSent().value(), "no feedback would tell what a probe has found");
        }
    }

    @Test
    void lossThatReportsTellOfLowersWhatRembAllows() {
        try (SimulatedSfu sfu = new SimulatedSfu(76)) {
            SimulatedClient alice = sfu.client("alice");
            alice.camera().shape(25, 3, 1_000).start();
            alice.join();
            SimulatedClient bob = sfu.client("bob");
            bob.offer().withoutTransportCc();
            bob.slot(MediaKind.VIDEO);
            bob.join();
            bob.media().remb(2_000_000);
            bob.path().conditions(FAST);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(4_000);
            long before = bob.participant().explain(sfu.clock().nowNs()).link().estimateBps();
            bob.path().down().conditions(FAST.withLoss(0.3));
            sfu.runMs(5_000);
            Explanation.Link lossy =
                    bob.participant().explain(sfu.clock().nowNs()).link();
            assertTrue(Math.abs(before - 2_000_000) < 20_000, "estimated " + before);
            assertTrue(lossy.estimateBps() < 1_500_000, "estimated " + lossy.estimateBps());
            assertEquals("loss", lossy.cause());
        }
    }

    /** Alice sends 1.2 Mbit/s, which Bob receives and tells the arrivals of. */
    private static final class Watching implements AutoCloseable {
        final SimulatedSfu sfu;
        final SimulatedClient bob;
        final Set<EstimateCause> causes = EnumSet.noneOf(EstimateCause.class);
        final SimulatedSource camera;
        int probes;

        Watching(long seed) {
            sfu = new SimulatedSfu(seed);
            SimulatedClient alice = sfu.client("alice");
            alice.microphone().start();
            camera = alice.camera().shape(30, 5, 1_000);
            camera.start();
            alice.join();
            bob = Call.member(sfu, "bob");
            bob.media().reportsArrivals(true);
            bob.path().conditions(FAST);
            // So that what is sent does not follow the estimate, which is looked at by itself.
            bob.participant().peer().limitedBy(new FakeEstimate(100_000_000));
            downlink().listener(new BandwidthListener() {
                @Override
                public void estimateChanged(EstimateChange change) {
                    causes.add(change.cause());
                }

                @Override
                public void probing(ProbeReason reason, long bitrateBps, long nowNs) {
                    probes++;
                }

                @Override
                public void probed(long sentBps, long measuredBps, long nowNs) {}
            });
            Call.watch(bob, alice);
        }

        DownlinkEstimate downlink() {
            return sfu.shard(0).downlinks().getLast();
        }

        @Override
        public void close() {
            sfu.close();
        }
    }
}

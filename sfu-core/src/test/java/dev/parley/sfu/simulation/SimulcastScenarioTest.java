package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.stats.DropReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A camera in three encodings, told apart by rid alone. */
final class SimulcastScenarioTest {
    private static final LinkConditions CLEAN = LinkConditions.perfect().withDelayMs(15);

    private static final class Simulcast implements AutoCloseable {
        final SimulatedSfu sfu;
        final SimulatedClient alice;
        final SimulatedClient bob;
        final List<SimulatedSource> layers;

        Simulcast(long seed) {
            sfu = new SimulatedSfu(seed);
            alice = sfu.client("alice");
            layers = alice.simulcastCamera("q", "h", "f");
            layers.get(0).shape(25, 1, 100);
            layers.get(1).shape(25, 2, 300);
            layers.get(2).shape(25, 3, 900);
            layers.forEach(SimulatedSource::start);
            alice.join();
            bob = Call.viewer(sfu, "bob", 1);
            bob.subscribe("0", alice.trackId("0"));
            alice.path().conditions(CLEAN);
            bob.path().conditions(CLEAN);
        }

        ReceivedStream video() {
            return bob.received("0");
        }

        int ssrc(int layer) {
            return layers.get(layer).stream().ssrc();
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    @Test
    void bestLayerIsForwarded() {
        try (Simulcast call = new Simulcast(60)) {
            call.sfu.runMs(3_000);
            Call.assertContinuous(call.video());
            assertEquals(call.ssrc(2), call.video().source());
            assertEquals(
                    List.of("q", "h", "f"),
                    call.alice.participant().info().tracks().getFirst().rids());
            assertEquals(0, call.sfu.dropped(DropReason.RTP_UNKNOWN_SSRC));
        }
    }

    @Test
    void fallsToALowerLayerWhenTheBestStopsAndComesBack() {
        try (Simulcast call = new Simulcast(61)) {
            call.sfu.runMs(2_000);
            call.layers.get(2).stop();
            call.sfu.runMs(2_500);
            assertEquals(call.ssrc(1), call.video().source());
            call.layers.get(1).stop();
            call.sfu.runMs(2_500);
            assertEquals(call.ssrc(0), call.video().source());
            call.layers.get(2).start();
            call.sfu.runMs(3_000);
            assertEquals(call.ssrc(2), call.video().source());
            Call.assertContinuous(call.video());
        }
    }

    @Test
    void retransmissionsAreLearnedByRepairedRid() {
        try (Simulcast call = new Simulcast(62)) {
            call.sfu.runMs(1_500);
            call.alice.path().conditions(CLEAN.withLoss(0.05));
            call.sfu.runMs(10_000);
            call.alice.path().conditions(CLEAN);
            call.sfu.runMs(500);
            assertTrue(call.layers.get(2).stream().nacked() > 20, "nothing was lost");
            Call.assertContinuous(call.video());
            assertEquals(0, call.sfu.dropped(DropReason.RTP_UNKNOWN_SSRC));
        }
    }

    @Test
    void layerThatStartsAgainUnderAnotherSsrcReplacesTheOld() {
        try (Simulcast call = new Simulcast(63)) {
            call.sfu.runMs(2_000);
            for (SimulatedSource layer : call.layers) {
                layer.stream().ssrcs(call.alice.newSsrc(), call.alice.newSsrc());
                layer.requestKeyframe();
            }
            long before = call.video().packets();
            call.sfu.runMs(2_000);
            assertEquals(call.ssrc(2), call.video().source());
            Call.assertContinuous(call.video());
            assertTrue(call.video().packets() - before > 135, "the change took long");
        }
    }

    @Test
    void latePacketsOfAnSsrcThatWasReplacedChangeNothing() {
        try (Simulcast call = new Simulcast(64)) {
            call.sfu.runMs(2_000);
            SimulatedSource best = call.layers.get(2);
            // Packets of the old SSRC go on arriving for a while after the first ones of the new, which say their mid
            // and rid no longer than a browser does.
            call.alice.path().up().conditions(CLEAN.withReordering(0.5, 90));
            call.sfu.runMs(100);
            call.alice.path().up().conditions(CLEAN);
            best.stream().ssrcs(call.alice.newSsrc(), call.alice.newSsrc());
            best.requestKeyframe();
            call.sfu.runMs(60);
            best.stream().saysMid(false);
            call.sfu.runMs(1_000);
            assertEquals(call.ssrc(2), call.video().source());
            long before = call.video().packets();
            call.sfu.runMs(3_000);
            assertTrue(call.video().packets() - before > 210, "video stalls");
            assertEquals(0, call.sfu.dropped(DropReason.RTP_UNKNOWN_SSRC));
        }
    }

    @Test
    void layerThatSaysGoodbyeIsLeftAtOnceAndTakenUpAgainWithoutItsRid() {
        try (Simulcast call = new Simulcast(66)) {
            call.sfu.runMs(2_000);
            SimulatedSource best = call.layers.get(2);
            best.stream().saysMid(false);
            for (int i = 0; i < 3; i++) {
                best.stop();
                call.alice.media().sendBye(best.stream().ssrc());
                call.sfu.runMs(600);
                assertEquals(call.ssrc(1), call.video().source());
                // A browser goes on under the same SSRC, and does not tell mid and rid again.
                best.start();
                call.sfu.runMs(2_500);
                assertEquals(call.ssrc(2), call.video().source());
            }
            Call.assertContinuous(call.video());
            assertEquals(0, call.sfu.dropped(DropReason.RTP_UNKNOWN_SSRC));
        }
    }

    @Test
    void layersWithoutMidAndRidAreNotGuessed() {
        try (Simulcast call = new Simulcast(65)) {
            call.layers.forEach(layer -> layer.stream().saysMid(false));
            call.sfu.runMs(1_000);
            assertEquals(0, call.video().packets());
            assertTrue(call.sfu.dropped(DropReason.RTP_UNKNOWN_SSRC) > 50, "they were taken for something");
            call.layers.forEach(layer -> layer.stream().saysMid(true));
            call.sfu.runMs(1_500);
            Call.assertContinuous(call.video());
        }
    }
}

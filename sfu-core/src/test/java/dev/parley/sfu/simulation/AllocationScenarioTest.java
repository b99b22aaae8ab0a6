package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.Explanation;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.congestion.EstimateCause;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What subscribers are given of simulcast cameras, why, and what publishers are told of it. */
final class AllocationScenarioTest {
    private static final LinkConditions CLEAN = LinkConditions.perfect().withDelayMs(15);

    /** A camera of about 25, 130 and 560 kbit/s. */
    private static List<SimulatedSource> camera(SimulatedClient publisher) {
        List<SimulatedSource> layers = publisher.simulcastCamera("q", "h", "f");
        layers.get(0).shape(25, 1, 100);
        layers.get(1).shape(25, 2, 300);
        layers.get(2).shape(25, 3, 900);
        layers.forEach(SimulatedSource::start);
        return layers;
    }

    private static int ssrc(List<SimulatedSource> layers, int layer) {
        return layers.get(layer).stream().ssrc();
    }

    private static Explanation.Decision lastOf(String kind, Explanation explanation) {
        return explanation.decisions().stream()
                .filter(decision -> decision.kind().equals(kind))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    @Test
    void fallingEstimateTakesTheLayerThatFitsAndIsExplained() {
        try (SimulatedSfu sfu = new SimulatedSfu(70)) {
            SimulatedClient alice = sfu.client("alice");
            List<SimulatedSource> layers = camera(alice);
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            FakeEstimate estimate = new FakeEstimate(2_000_000);
            bob.participant().peer().limitedBy(estimate);
            bob.subscribe("0", alice.trackId("0"));
            alice.path().conditions(CLEAN);
            bob.path().conditions(CLEAN);
            sfu.runMs(4_000);
            assertEquals(ssrc(layers, 2), bob.received("0").source());

            long fellNs = sfu.clock().nowNs();
            estimate.change(300_000, EstimateCause.DELAY_RISING, fellNs);
            sfu.runMs(1_000);
            assertEquals(ssrc(layers, 1), bob.received("0").source());
            Explanation explanation = bob.participant().explain(sfu.clock().nowNs());
            Explanation.Decision change = lastOf("allocation", explanation);
            assertEquals("720p → 360p: link estimate fell to 300 kbit/s (delay rising)", change.text());
            assertEquals("estimate-fell", change.cause());
            assertEquals(300_000, change.estimateBps());
            assertEquals(85, change.queueDelayMs());
            assertTrue(explanation.atMs() - change.atMs() <= 1_000 && explanation.atMs() > change.atMs());
            assertEquals(2_000_000, lastOf("estimate", explanation).previousBps());
            assertEquals("forwarded", explanation.slots().getFirst().state());
            assertTrue(estimate.nextStepBps() > 500_000, "nothing to probe for: " + estimate.nextStepBps());

            sfu.runMs(3_000);
            estimate.change(2_000_000, EstimateCause.PROBE, sfu.clock().nowNs());
            sfu.runMs(1_500);
            assertEquals(ssrc(layers, 2), bob.received("0").source());
            Call.assertContinuous(bob.received("0"));
        }
    }

    @Test
    void whatDoesNotFitIsPausedWithNoticeAndComesBack() {
        try (SimulatedSfu sfu = new SimulatedSfu(71)) {
            SimulatedClient bob = Call.viewer(sfu, "bob", 6);
            FakeEstimate estimate = new FakeEstimate(5_000_000);
            bob.participant().peer().limitedBy(estimate);
            for (int i = 0; i < 6; i++) {
                SimulatedClient publisher = sfu.client("publisher" + i);
                camera(publisher);
                publisher.join();
                bob.subscribe(String.valueOf(i), publisher.trackId("0"));
            }
            sfu.runMs(4_000);
            assertTrue(pauses(sfu).isEmpty());
            estimate.change(100_000, EstimateCause.LOSS, sfu.clock().nowNs());
            sfu.runMs(1_000);
            assertTrue(pauses(sfu).isEmpty(), "a dip has paused somebody");
            sfu.runMs(1_500);
            List<RoomEvent.SlotPaused> paused = pauses(sfu);
            assertFalse(paused.isEmpty());
            assertTrue(paused.stream()
                    .allMatch(event -> event.paused()
                            && event.participantId().equals(bob.participant().id())));
            Explanation explanation = bob.participant().explain(sfu.clock().nowNs());
            long sent = explanation.slots().stream()
                    .filter(slot -> slot.state().equals("forwarded"))
                    .count();
            assertEquals(6, sent + paused.size());
            assertTrue(sent >= 2, "hardly anything is sent");
            estimate.change(5_000_000, EstimateCause.PROBE, sfu.clock().nowNs());
            sfu.runMs(7_000);
            assertEquals(2 * paused.size(), pauses(sfu).size());
            for (int i = 0; i < 6; i++) {
                Call.assertContinuous(bob.received(String.valueOf(i)));
            }
        }
    }

    private static List<RoomEvent.SlotPaused> pauses(SimulatedSfu sfu) {
        return sfu.events().stream()
                .filter(RoomEvent.SlotPaused.class::isInstance)
                .map(RoomEvent.SlotPaused.class::cast)
                .toList();
    }

    @Test
    void publisherStopsWhatNobodyTakesAndANewTakerHasItSoon() {
        try (SimulatedSfu sfu = new SimulatedSfu(72)) {
            SimulatedClient alice = sfu.client("alice");
            List<SimulatedSource> layers = camera(alice);
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(4_000);
            assertEquals(ssrc(layers, 2), bob.received("0").source());
            assertTrue(wanted(sfu).isEmpty(), "told though all are taken or below what is: " + wanted(sfu));

            bob.unsubscribe("0");
            sfu.runMs(5_000);
            assertEquals(List.of(true, false, false), activeOf(wanted(sfu).getLast()));
            layers.get(1).stop();
            layers.get(2).stop();
            sfu.runMs(10_000);

            bob.subscribe("0", alice.trackId("0"));
            assertEquals(List.of(true, true, true), activeOf(wanted(sfu).getLast()));
            // A browser hears of it, and begins with a keyframe.
            sfu.runMs(300);
            layers.get(1).start();
            layers.get(1).requestKeyframe();
            layers.get(2).start();
            layers.get(2).requestKeyframe();
            sfu.runMs(1_700);
            assertEquals(ssrc(layers, 2), bob.received("0").source());
            Call.assertContinuous(bob.received("0"));
        }
    }

    private static List<RoomEvent.EncodingsWanted> wanted(SimulatedSfu sfu) {
        return sfu.events().stream()
                .filter(RoomEvent.EncodingsWanted.class::isInstance)
                .map(RoomEvent.EncodingsWanted.class::cast)
                .toList();
    }

    private static List<Boolean> activeOf(RoomEvent.EncodingsWanted event) {
        return event.encodings().stream().map(RoomEvent.Encoding::active).toList();
    }

    @Test
    void keyframeRequestsAreExplainedWithTheirCauseAndTheirWait() {
        try (SimulatedSfu sfu = new SimulatedSfu(79)) {
            SimulatedClient alice = sfu.client("alice");
            alice.camera().start();
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(2_000);
            List<Explanation.Decision> first = keyframeRequests(sfu, bob);
            assertEquals("first-picture", first.getFirst().cause());
            assertEquals(
                    "asked for a keyframe: nothing of it is forwarded yet",
                    first.getFirst().text());

            bob.media().sendPli(bob.received("0"));
            sfu.runMs(100);
            bob.media().sendPli(bob.received("0"));
            bob.media().sendPli(bob.received("0"));
            sfu.runMs(100);
            List<Explanation.Decision> all = keyframeRequests(sfu, bob);
            List<Explanation.Decision> asked = all.subList(first.size(), all.size());
            assertEquals(List.of("receiver", "receiver"), causes(asked));
            assertEquals(0, asked.get(0).waitMs());
            assertEquals(400, asked.get(1).waitMs(), 20);
            assertTrue(
                    asked.get(1).text().contains("passed on in "), asked.get(1).text());
            assertEquals("0", asked.get(1).mid());
            assertEquals(alice.trackId("0"), asked.get(1).trackId());
        }
    }

    private static List<Explanation.Decision> keyframeRequests(SimulatedSfu sfu, SimulatedClient client) {
        return client.participant().explain(sfu.clock().nowNs()).decisions().stream()
                .filter(decision -> decision.kind().equals("keyframe-request"))
                .toList();
    }

    private static List<String> causes(List<Explanation.Decision> decisions) {
        return decisions.stream().map(Explanation.Decision::cause).toList();
    }
}

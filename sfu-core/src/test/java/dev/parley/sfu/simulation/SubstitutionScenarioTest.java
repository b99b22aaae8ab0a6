package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A viewer that does not take the codec of what it watches, and another encoding that comes in its place. */
final class SubstitutionScenarioTest {
    private static final String CAMERA = "0";
    private static final String SLOT = "0";

    private static final class Stage implements AutoCloseable {
        final SimulatedSfu sfu;
        final SimulatedClient alice;
        final SimulatedSource camera;
        final SimulatedClient bob;
        private @Nullable SimulatedSource encoding;

        Stage(long seed) {
            sfu = new SimulatedSfu(seed);
            alice = sfu.client("alice");
            camera = alice.camera();
            alice.offer().section(CAMERA).vp9 = true;
            camera.start();
            alice.join();
            bob = Call.viewer(sfu, "bob", 1);
            sfu.runMs(200);
            bob.subscribe(SLOT, original());
            sfu.runMs(300);
        }

        String original() {
            return alice.trackId(MediaKind.VIDEO);
        }

        /** What Alice sends from now on is something that Bob has not negotiated. */
        void switchCodec() {
            camera.stream().payloadType(SimulatedOffer.VP9);
            sfu.runMs(1_000);
        }

        /** A hidden member that publishes in VP8. */
        SimulatedClient bridge() {
            SimulatedClient bridge = sfu.client("bridge");
            encoding = bridge.camera();
            encoding.start();
            bridge.joinHidden();
            sfu.runMs(200);
            return bridge;
        }

        SimulatedSource encoding() {
            return Objects.requireNonNull(encoding);
        }

        boolean substitute(SimulatedClient bridge) {
            boolean done = bob.participant()
                    .substitute(
                            SLOT,
                            original(),
                            bridge.trackId(MediaKind.VIDEO),
                            sfu.clock().nowNs());
            sfu.runMs(1_000);
            return done;
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    @Test
    void viewerIsToldOnceWhichCodecComesAndWhichItTakes() {
        try (Stage stage = new Stage(60)) {
            assertEquals(List.of(), stage.sfu.events(RoomEvent.SlotUndecodable.class));
            stage.switchCodec();
            stage.sfu.runMs(5_000);
            List<RoomEvent.SlotUndecodable> told = stage.sfu.events(RoomEvent.SlotUndecodable.class);
            assertEquals(1, told.size());
            RoomEvent.SlotUndecodable event = told.getFirst();
            assertEquals(stage.bob.participant().id(), event.participantId());
            assertEquals(SLOT, event.mid());
            assertEquals(stage.original(), event.trackId());
            assertEquals("VP9", event.codec());
            assertEquals(List.of("VP8"), event.accepted());
            assertEquals(SfuException.Code.CODEC_NOT_NEGOTIATED, event.code());
            assertTrue(event.message().contains("VP9") && event.message().contains("VP8"), event.message());
        }
    }

    @Test
    void publisherThatChangesItsCodecWithEveryPacketIsToldOfOnceASecond() {
        try (Stage stage = new Stage(61)) {
            for (int i = 0; i < 100; i++) {
                stage.camera.stream().payloadType(i % 2 == 0 ? SimulatedOffer.VP9 : SimulatedOffer.VP8);
                stage.sfu.runMs(50);
            }
            int told = stage.sfu.events(RoomEvent.SlotUndecodable.class).size();
            assertTrue(told >= 3 && told <= 6, "told " + told + " times in five seconds");
        }
    }

    @Test
    void anotherEncodingGoesByTheNameOfTheTrackThatWasAskedFor() {
        try (Stage stage = new Stage(62)) {
            stage.switchCodec();
            long before = stage.bob.received(SLOT).packets();
            SimulatedClient bridge = stage.bridge();
            assertTrue(stage.substitute(bridge));
            assertTrue(stage.bob.received(SLOT).packets() > before + 30, "nothing comes of the other encoding");
            Call.assertContinuous(stage.bob.received(SLOT));
            assertTrue(stage.bob.participant().wants(SLOT, stage.original()));

            // Asked for again, as a client does that has changed its mind on the size: nothing begins anew.
            stage.bob.subscribe(SLOT, stage.original());
            long keyframes = stage.encoding().keyframes();
            stage.sfu.runMs(500);
            assertEquals(keyframes, stage.encoding().keyframes());
        }
    }

    @Test
    void hiddenMemberIsSeenByNobody() {
        try (Stage stage = new Stage(63)) {
            int events = stage.sfu.events().size();
            SimulatedClient bridge = stage.bridge();
            bridge.leave();
            stage.sfu.runMs(100);
            assertEquals(
                    List.of("alice", "bob"),
                    stage.sfu.room().participants().stream()
                            .map(ParticipantInfo::identity)
                            .toList());
            assertEquals(2, stage.sfu.room().participantCount());
            assertEquals(events, stage.sfu.events().size());
        }
    }

    @Test
    void whoGoesOnToSomethingElseIsNotDisturbed() {
        try (Stage stage = new Stage(64)) {
            stage.switchCodec();
            SimulatedClient bridge = stage.bridge();
            stage.bob.unsubscribe(SLOT);
            assertFalse(stage.substitute(bridge));
            assertFalse(stage.bob.participant().wants(SLOT, stage.original()));
        }
    }

    @Test
    void whenTheEncodingEndsTheTrackItselfIsBackInTheSlot() {
        try (Stage stage = new Stage(65)) {
            stage.switchCodec();
            SimulatedClient bridge = stage.bridge();
            assertTrue(stage.substitute(bridge));
            bridge.leave();
            stage.sfu.runMs(3_000);
            assertEquals(List.of(), stage.sfu.events(RoomEvent.SlotEnded.class));
            assertTrue(stage.bob.participant().wants(SLOT, stage.original()));
        }
    }

    @Test
    void whenBothEndTheViewerHearsOfTheTrackThatItAskedFor() {
        try (Stage stage = new Stage(66)) {
            stage.switchCodec();
            SimulatedClient bridge = stage.bridge();
            assertTrue(stage.substitute(bridge));
            String original = stage.original();
            stage.alice.leave();
            stage.sfu.runMs(100);
            bridge.leave();
            stage.sfu.runMs(100);
            assertEquals(
                    List.of(new RoomEvent.SlotEnded(stage.bob.participant().id(), SLOT, original)),
                    stage.sfu.events(RoomEvent.SlotEnded.class));
        }
    }

    @Test
    void publisherKnowsHowLargeItIsShown() {
        try (Stage stage = new Stage(67)) {
            String track = stage.original();
            assertEquals(
                    Optional.of(SubscriptionHint.none()),
                    stage.alice.participant().shown(track));
            stage.bob
                    .participant()
                    .hint(
                            SLOT,
                            new SubscriptionHint(320, 180, 0, false),
                            stage.sfu.clock().nowNs());
            assertEquals(
                    Optional.of(new SubscriptionHint(320, 180, 0, false)),
                    stage.alice.participant().shown(track));
            stage.bob
                    .participant()
                    .hint(
                            SLOT,
                            new SubscriptionHint(320, 180, 0, true),
                            stage.sfu.clock().nowNs());
            assertEquals(Optional.empty(), stage.alice.participant().shown(track));
        }
    }
}

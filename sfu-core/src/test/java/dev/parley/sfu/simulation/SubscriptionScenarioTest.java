package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.CAMERA;
import static dev.parley.sfu.simulation.Call.MICROPHONE;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes into a slot, and how it changes while a decoder watches. */
final class SubscriptionScenarioTest {
    @Test
    void slotStaysOneContinuousStreamWhateverIsPutIntoIt() {
        try (SimulatedSfu sfu = new SimulatedSfu(20)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            SimulatedClient carol = Call.member(sfu, "carol");
            List<SimulatedClient> publishers = List.of(alice, bob);
            sfu.runMs(300);
            for (int i = 0; i < 10; i++) {
                Call.watch(carol, publishers.get(i % 2));
                sfu.runMs(700);
                if (i % 3 == 0) {
                    carol.unsubscribe(VIDEO_SLOT);
                    carol.unsubscribe(AUDIO_SLOT);
                    sfu.runMs(500);
                }
            }
            for (String slot : List.of(VIDEO_SLOT, AUDIO_SLOT)) {
                Call.assertContinuous(carol.received(slot));
                assertEquals(0, carol.received(slot).duplicates());
            }
            assertTrue(carol.received(VIDEO_SLOT).decodable() > 120, "video stalls");
            assertTrue(switches(carol.received(VIDEO_SLOT)) >= 9, "the source has not changed");
            assertEquals(0, carol.media().refused());
        }
    }

    private static int switches(ReceivedStream stream) {
        int switches = 0;
        int source = 0;
        for (ReceivedStream.Arrival arrival : stream.arrivals()) {
            switches += arrival.payload().sourceSsrc() == source ? 0 : 1;
            source = arrival.payload().sourceSsrc();
        }
        return switches;
    }

    @Test
    void timestampsOverASwitchAdvanceWithTheTimeThatPasses() {
        try (SimulatedSfu sfu = new SimulatedSfu(21)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            SimulatedClient carol = Call.member(sfu, "carol");
            alice.clock(7_200_000_000_000L, 0);
            Call.watch(carol, alice);
            sfu.runMs(1_000);
            carol.unsubscribe(VIDEO_SLOT);
            sfu.runMs(4_000);
            Call.watch(carol, bob);
            sfu.runMs(1_000);
            ReceivedStream video = carol.received(VIDEO_SLOT);
            Call.assertContinuous(video);
            int units = video.last().timestamp() - video.first().timestamp();
            long mediaMs = units / 90;
            long timeMs = (video.last().atNs() - video.first().atNs()) / 1_000_000;
            assertTrue(Math.abs(mediaMs - timeMs) < 100, mediaMs + " ms of media in " + timeMs + " ms");
        }
    }

    @Test
    void mutedTrackKeepsItsStream() {
        try (SimulatedSfu sfu = new SimulatedSfu(22)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource microphone = alice.microphone();
            SimulatedSource camera = alice.camera();
            microphone.start();
            camera.start();
            alice.join();
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(1_000);
            alice.participant().mute(alice.trackId(CAMERA), true);
            camera.stop();
            assertTrue(alice.participant().info().tracks().get(1).muted());
            sfu.runMs(60_000);
            alice.participant().mute(alice.trackId(CAMERA), false);
            camera.start();
            sfu.runMs(1_000);
            assertFalse(alice.participant().info().tracks().get(1).muted());
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            assertEquals(camera.stream().packets(), bob.received(VIDEO_SLOT).packets() + beforeFirst(bob));
            assertEquals(List.of(), sfu.events(RoomEvent.SlotEnded.class));
            Call.assertRefused(
                    SfuException.Code.TRACK_NOT_FOUND, () -> bob.participant().mute(alice.trackId(CAMERA), true));
        }
    }

    /** Packets of the publisher from before the first that the viewer got. */
    private static long beforeFirst(SimulatedClient viewer) {
        return 3L * viewer.received(VIDEO_SLOT).first().payload().frame();
    }

    @Test
    void pausedSlotIsSentNothingAndResumesAtAKeyframe() {
        try (SimulatedSfu sfu = new SimulatedSfu(23)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(1_000);
            bob.pause(VIDEO_SLOT, true);
            ReceivedStream video = bob.received(VIDEO_SLOT);
            long packets = video.packets();
            sfu.runMs(120_000);
            assertEquals(packets, video.packets());
            bob.pause(VIDEO_SLOT, false);
            sfu.runMs(1_000);
            Call.assertContinuous(video);
            assertTrue(video.packets() > packets + 60, "video has not resumed");
            assertEquals(2, video.keyframes());
            Call.assertContinuous(bob.received(AUDIO_SLOT));
        }
    }

    @Test
    void keyframeRequestsOfManyBecomeOneEachHalfSecond() {
        try (SimulatedSfu sfu = new SimulatedSfu(24)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.start();
            alice.join();
            List<SimulatedClient> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                SimulatedClient viewer = Call.viewer(sfu, "viewer" + i, 1);
                viewer.subscribe("0", alice.trackId("0"));
                viewers.add(viewer);
            }
            sfu.runMs(3_000);
            long before = camera.stream().keyframeRequests();
            for (int i = 0; i < 100; i++) {
                for (SimulatedClient viewer : viewers) {
                    viewer.media().sendPli(viewer.received("0"));
                }
                sfu.runMs(50);
            }
            long asked = camera.stream().keyframeRequests() - before;
            assertTrue(asked >= 9 && asked <= 11, asked + " requests in 5 s");
            viewers.forEach(viewer -> Call.assertContinuous(viewer.received("0")));
        }
    }

    @Test
    void oneTrackFeedsManySlotsOfOneViewer() {
        try (SimulatedSfu sfu = new SimulatedSfu(25)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.viewer(sfu, "bob", 3);
            for (String slot : List.of("0", "1", "2")) {
                bob.subscribe(slot, alice.trackId(CAMERA));
            }
            sfu.runMs(1_000);
            for (String slot : List.of("0", "1", "2")) {
                Call.assertContinuous(bob.received(slot));
            }
            assertNotEquals(bob.received("0").ssrc(), bob.received("1").ssrc());
        }
    }

    @Test
    void codecThatIsAddedLaterReachesTheStreamsThatRun() {
        try (SimulatedSfu sfu = new SimulatedSfu(29)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.start();
            alice.join();
            SimulatedClient bob = sfu.client("bob");
            bob.offer().section(bob.slot(MediaKind.VIDEO)).vp9 = true;
            bob.join();
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(500);
            alice.offer().section("0").vp9 = true;
            alice.negotiate();
            camera.stream().payloadType(SimulatedOffer.VP9);
            sfu.runMs(500);
            assertEquals(0, sfu.dropped(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE));
            assertEquals("VP9", alice.participant().info().tracks().getFirst().codec());
            assertTrue(bob.received("0").broken() + bob.received("0").packets() > 60, "nothing of it is forwarded");
        }
    }

    @Test
    void slotOfTheWrongKindOrNameIsRefused() {
        try (SimulatedSfu sfu = new SimulatedSfu(26)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            String camera = alice.trackId(CAMERA);
            String microphone = alice.trackId(MICROPHONE);
            Call.assertRefused(SfuException.Code.SLOT_NOT_FOUND, () -> bob.subscribe(AUDIO_SLOT, camera));
            Call.assertRefused(SfuException.Code.SLOT_NOT_FOUND, () -> bob.subscribe("99", camera));
            Call.assertRefused(SfuException.Code.SLOT_NOT_FOUND, () -> bob.subscribe(CAMERA, camera));
            Call.assertRefused(SfuException.Code.TRACK_NOT_FOUND, () -> bob.subscribe(AUDIO_SLOT, "TR_none"));
            bob.subscribe(AUDIO_SLOT, microphone);
            sfu.runMs(500);
            Call.assertContinuous(bob.received(AUDIO_SLOT));
        }
    }

    @Test
    void slotThatIsClosedAndOpenedAgainReceivesAgain() {
        try (SimulatedSfu sfu = new SimulatedSfu(27)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            for (int round = 0; round < 4; round++) {
                Call.watch(bob, alice);
                sfu.runMs(700);
                Call.assertContinuous(bob.received(VIDEO_SLOT));
                Call.assertContinuous(bob.received(AUDIO_SLOT));
                setDirection(bob, "inactive");
                sfu.runMs(300);
                setDirection(bob, "recvonly");
            }
            assertEquals(0, bob.media().refused());
        }
    }

    private static void setDirection(SimulatedClient client, String direction) {
        client.offer().section(AUDIO_SLOT).direction = direction;
        client.offer().section(VIDEO_SLOT).direction = direction;
        client.negotiate();
    }

    @Test
    void stoppedSlotsDoNotCountTowardsTheLimit() {
        SfuConfig.Limits limits = new SfuConfig.Limits(1, 2, 3, 4);
        try (SimulatedSfu sfu = new SimulatedSfu(28, SimulatedSfu.Setup.of(28).withLimits(limits))) {
            SimulatedClient alice = sfu.client("alice");
            alice.slot(MediaKind.VIDEO);
            alice.join();
            for (int i = 0; i < 12; i++) {
                alice.offer().section(String.valueOf(i)).stopped = true;
                alice.slot(MediaKind.VIDEO);
                alice.negotiate();
            }
            assertEquals(1, alice.slots().size());
        }
    }
}

package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.CAMERA;
import static dev.parley.sfu.simulation.Call.MICROPHONE;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.stats.DropReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Coming, publishing, being seen, and leaving. */
final class JoinScenarioTest {
    @Test
    void twoWhoJoinSeeAndHearEachOther() {
        try (SimulatedSfu sfu = new SimulatedSfu(1)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            alice.path().conditions(LinkConditions.perfect().withDelayMs(20).withJitterMs(5));
            bob.path().conditions(LinkConditions.perfect().withDelayMs(60).withJitterMs(15));
            Call.watch(alice, bob);
            Call.watch(bob, alice);
            sfu.runMs(3_000);

            for (SimulatedClient client : List.of(alice, bob)) {
                assertEquals(
                        ConnectionState.CONNECTED, client.participant().info().state());
                Call.assertContinuous(client.received(AUDIO_SLOT));
                Call.assertContinuous(client.received(VIDEO_SLOT));
                assertTrue(client.received(VIDEO_SLOT).decodable() > 60, "video stalls");
                assertTrue(client.received(AUDIO_SLOT).decodable() > 120, "audio stalls");
                assertEquals(0, client.media().strangers());
                assertEquals(0, client.media().refused());
                assertTrue(client.media().feedbackPackets() > 300, "transport-wide feedback stalls");
            }
        }
    }

    @Test
    void everythingSentIsReceivedOnce() {
        try (SimulatedSfu sfu = new SimulatedSfu(2)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            bob.subscribe("0", alice.trackId("0"));
            sfu.runMs(100);
            camera.start();
            sfu.runMs(2_000);
            camera.stop();
            sfu.runMs(500);
            ReceivedStream video = bob.received("0");
            Call.assertContinuous(video);
            assertEquals(camera.stream().packets(), video.packets());
            assertEquals(camera.frames(), video.decodable());
            assertEquals(0, video.duplicates());
            assertEquals(0, sfu.dropped(DropReason.AWAITING_KEYFRAME));
        }
    }

    @Test
    void lateJoinerGetsAKeyframeFastForOneRequest() {
        try (SimulatedSfu sfu = new SimulatedSfu(3)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.start();
            alice.join();
            alice.path().conditions(LinkConditions.perfect().withDelayMs(20));
            sfu.runMs(5_000);
            long before = camera.stream().keyframeRequests();

            SimulatedClient late = Call.viewer(sfu, "late", 1);
            late.path().conditions(LinkConditions.perfect().withDelayMs(20));
            late.subscribe("0", alice.trackId("0"));
            long joinedNs = sfu.clock().nowNs();
            sfu.runMs(3_000);
            ReceivedStream video = late.received("0");
            Call.assertContinuous(video);
            long waitedMs = (video.firstCompleteNs() - joinedNs) / 1_000_000;
            // ICE, the handshake, the request to the publisher, its next frame: 20 ms a way, 40 ms a frame.
            assertTrue(waitedMs < 300, "waited " + waitedMs + " ms");
            assertEquals(1, camera.stream().keyframeRequests() - before);
        }
    }

    @Test
    void whoLeavesEmptiesTheSlotsOfTheOthers() {
        try (SimulatedSfu sfu = new SimulatedSfu(4)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(1_000);
            String aliceId = alice.participant().id();
            String bobId = bob.participant().id();
            String microphone = alice.trackId(MICROPHONE);
            String camera = alice.trackId(CAMERA);
            sfu.events().clear();
            alice.leave();
            sfu.runMs(1_000);

            assertEquals(
                    List.of(
                            new RoomEvent.SlotEnded(bobId, AUDIO_SLOT, microphone),
                            new RoomEvent.SlotEnded(bobId, VIDEO_SLOT, camera),
                            new RoomEvent.ParticipantLeft(aliceId, RoomEvent.LeaveReason.LEFT)),
                    sfu.events());
            long packets = bob.received(VIDEO_SLOT).packets();
            sfu.runMs(1_000);
            assertEquals(packets, bob.received(VIDEO_SLOT).packets());
            assertEquals(1, sfu.addressCount());
            assertEquals(1, sfu.peerCount());
            Call.assertRefused(SfuException.Code.TRACK_NOT_FOUND, () -> bob.subscribe(VIDEO_SLOT, camera));
            Call.assertRefused(SfuException.Code.CLOSED, () -> alice.subscribe(VIDEO_SLOT, camera));
        }
    }

    @Test
    void trackPublishedLaterIsSeenAndOneUnpublishedEnds() {
        try (SimulatedSfu sfu = new SimulatedSfu(5)) {
            SimulatedClient alice = sfu.client("alice");
            alice.microphone().start();
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            sfu.runMs(500);

            SimulatedSource screen = alice.camera();
            screen.start();
            alice.negotiate();
            bob.subscribe("0", alice.trackId("1"));
            sfu.runMs(1_000);
            Call.assertContinuous(bob.received("0"));
            assertEquals(2, lastUpdate(sfu, alice).participant().tracks().size());

            String screenId = alice.trackId("1");
            screen.stop();
            alice.offer().section("1").direction = "inactive";
            alice.negotiate();
            assertEquals(
                    List.of(new RoomEvent.SlotEnded(bob.participant().id(), "0", screenId)),
                    sfu.events(RoomEvent.SlotEnded.class));
            assertEquals(1, lastUpdate(sfu, alice).participant().tracks().size());
        }
    }

    @Test
    void trackGoesOnOverARenegotiationThatIsAboutOthers() {
        try (SimulatedSfu sfu = new SimulatedSfu(6)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(500);
            String camera = alice.trackId(CAMERA);
            for (int i = 0; i < 5; i++) {
                alice.microphone().start();
                alice.slot(MediaKind.VIDEO);
                alice.negotiate();
                bob.slot(MediaKind.VIDEO);
                bob.negotiate();
                sfu.runMs(300);
            }
            assertEquals(camera, alice.trackId(CAMERA));
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            Call.assertContinuous(bob.received(AUDIO_SLOT));
            assertTrue(bob.received(VIDEO_SLOT).decodable() > 45, "video stalls");
        }
    }

    @Test
    void trackPublishedAgainUnderTheSameSsrcGoesOnWithItsRolloverCounter() {
        try (SimulatedSfu sfu = new SimulatedSfu(12)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.stream().startAt(65_500, 0);
            camera.start();
            alice.join();
            SimulatedClient bob = Call.viewer(sfu, "bob", 1);
            for (int i = 0; i < 3; i++) {
                bob.subscribe("0", alice.trackId("0"));
                sfu.runMs(1_000);
                Call.assertContinuous(bob.received("0"));
                assertTrue(
                        bob.received("0").decodable() > 20 * (i + 1),
                        "frames " + bob.received("0").decodable());
                camera.stop();
                alice.offer().section("0").direction = "inactive";
                alice.negotiate();
                sfu.runMs(500);
                camera.start();
                alice.offer().section("0").direction = "sendonly";
                alice.negotiate();
            }
            assertEquals(0, sfu.dropped(DropReason.SRTP_AUTH_FAILED));
        }
    }

    @Test
    void newSsrcOfARunningTrackIsTakenUpAtOnce() {
        try (SimulatedSfu sfu = new SimulatedSfu(13)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource microphone = alice.microphone();
            microphone.start();
            alice.join();
            SimulatedClient bob = Call.member(sfu, "bob");
            bob.subscribe(AUDIO_SLOT, alice.trackId("0"));
            sfu.runMs(1_000);
            microphone.stream().ssrcs(alice.newSsrc(), 0);
            sfu.runMs(1_000);
            ReceivedStream audio = bob.received(AUDIO_SLOT);
            assertEquals(microphone.stream().ssrc(), audio.source());
            Call.assertContinuous(audio);
            assertEquals(
                    microphone.frames(),
                    audio.packets() + audio.first().payload().frame());
        }
    }

    @Test
    void sameIdentityReplacesWhoWasThere() {
        try (SimulatedSfu sfu = new SimulatedSfu(7)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            sfu.runMs(500);
            String before = alice.participant().id();
            SimulatedClient again = sfu.client("alice");
            again.microphone().start();
            again.join();
            sfu.runMs(500);
            assertEquals(1, sfu.room().participantCount());
            assertEquals(
                    List.of(new RoomEvent.ParticipantLeft(before, RoomEvent.LeaveReason.REPLACED)),
                    sfu.events(RoomEvent.ParticipantLeft.class));
            assertEquals(ConnectionState.CONNECTED, again.participant().info().state());
            assertEquals(1, sfu.addressCount());
        }
    }

    @Test
    void limitsRefuseWithTheirCodeAndChangeNothing() {
        SfuConfig.Limits limits = new SfuConfig.Limits(1, 2, 3, 4);
        try (SimulatedSfu sfu = new SimulatedSfu(8, SimulatedSfu.Setup.of(8).withLimits(limits))) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(500);
            Call.assertRefused(SfuException.Code.PARTICIPANT_LIMIT, () -> sfu.join(JoinRequest.of("carol")));
            assertEquals(2, sfu.room().participantCount());

            alice.camera();
            alice.camera();
            Call.assertRefused(SfuException.Code.TRACK_LIMIT, alice::negotiate);
            for (int i = 0; i < 3; i++) {
                bob.slot(MediaKind.VIDEO);
            }
            Call.assertRefused(SfuException.Code.SLOT_LIMIT, bob::negotiate);
            assertEquals(2, alice.participant().info().tracks().size());
            sfu.runMs(1_000);
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            Call.assertContinuous(bob.received(AUDIO_SLOT));
            assertTrue(bob.received(VIDEO_SLOT).decodable() > 30, "video stalls");
        }
    }

    @Test
    void refusedRenegotiationLeavesTheCallAsItWas() {
        try (SimulatedSfu sfu = new SimulatedSfu(9)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(500);
            sfu.events().clear();
            String good = alice.offerSdp();
            refuse(alice, SfuException.Code.BAD_SDP, "no session description at all");
            refuse(alice, SfuException.Code.BAD_SDP, "");
            refuse(alice, SfuException.Code.BAD_SDP, good.replace("a=ice-ufrag:", "a=ice-ufrag:!"));
            refuse(
                    alice,
                    SfuException.Code.UNSUPPORTED_SDP,
                    good.replace("a=group:BUNDLE 0 1 2 3", "a=group:BUNDLE 0"));
            refuse(alice, SfuException.Code.UNSUPPORTED_SDP, good.replace("a=rtcp-mux\r\n", ""));
            refuse(alice, SfuException.Code.UNSUPPORTED_SDP, good.replace("a=setup:actpass", "a=setup:passive"));
            refuse(alice, SfuException.Code.UNSUPPORTED_SDP, withOtherFingerprint(good));
            refuse(alice, SfuException.Code.UNSUPPORTED_SDP, withOtherFingerprint(withOtherIce(good)));
            assertEquals(List.of(), sfu.events());

            sfu.runMs(1_000);
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            assertTrue(bob.received(VIDEO_SLOT).decodable() > 30, "video stalls");
            alice.negotiate();
            sfu.runMs(20_000);
            assertEquals(ConnectionState.CONNECTED, alice.participant().info().state());
            Call.assertContinuous(bob.received(VIDEO_SLOT));
        }
    }

    private static void refuse(SimulatedClient client, SfuException.Code code, String sdp) {
        Call.assertRefused(
                code,
                () -> client.participant()
                        .answer(
                                dev.parley.sfu.Offer.of(sdp),
                                client.sfu().clock().nowNs()));
    }

    private static String withOtherFingerprint(String sdp) {
        return sdp.replaceAll("a=fingerprint:sha-256 ..", "a=fingerprint:sha-256 00");
    }

    private static String withOtherIce(String sdp) {
        return sdp.replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:abcdefgh");
    }

    private static RoomEvent.ParticipantUpdated lastUpdate(SimulatedSfu sfu, SimulatedClient client) {
        return sfu.events(RoomEvent.ParticipantUpdated.class).stream()
                .filter(update ->
                        update.participant().id().equals(client.participant().id()))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void killedClientIsFoundDisconnected() {
        try (SimulatedSfu sfu = new SimulatedSfu(10)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(alice, bob);
            Call.watch(bob, alice);
            sfu.runMs(1_000);
            alice.vanish();
            sfu.runMs(18_000);
            assertEquals(
                    ConnectionState.DISCONNECTED, alice.participant().info().state());
            assertEquals(
                    ConnectionState.DISCONNECTED,
                    lastUpdate(sfu, alice).participant().state());
            long strays = sfu.strayDatagrams();
            sfu.runMs(5_000);
            assertEquals(strays, sfu.strayDatagrams());
            assertEquals(ConnectionState.CONNECTED, bob.participant().info().state());
        }
    }

    @Test
    void thousandJoinsAndLeavesHoldNothing() {
        try (SimulatedSfu sfu = new SimulatedSfu(11)) {
            SimulatedClient host = Call.member(sfu, "host");
            for (int i = 0; i < 1_000; i++) {
                SimulatedClient guest = sfu.client("guest" + i);
                guest.camera().shape(50, 1, 60).start();
                guest.slot(MediaKind.VIDEO);
                guest.join();
                guest.subscribe("1", host.trackId(CAMERA));
                host.subscribe(VIDEO_SLOT, guest.trackId("0"));
                sfu.runMs(60);
                if (i % 3 == 0) {
                    guest.vanish();
                }
                guest.leave();
            }
            assertEquals(1, sfu.peerCount());
            assertEquals(1, sfu.addressCount());
            host.leave();
            sfu.runMs(10);
            assertEquals(0, sfu.packetsHeld());
            assertEquals(0, sfu.addressCount());
        }
    }
}

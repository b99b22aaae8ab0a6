package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.CAMERA;
import static dev.parley.sfu.simulation.Call.MICROPHONE;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is particular to rooms that live on several shards; see {@link SegmentedScenarioTest} for all the rest. */
final class SegmentScenarioTest {
    private static SimulatedSfu sfu(long seed, int shards, int threshold) {
        return new SimulatedSfu(seed, SimulatedSfu.Setup.of(seed).withShards(shards, threshold));
    }

    @Test
    void furtherShardsAreUsedFromTheThresholdOnAndThenTheSmallest() {
        try (SimulatedSfu sfu = sfu(200, 3, 2)) {
            List<SimulatedClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(Call.viewer(sfu, "viewer" + i, 1));
            }
            assertEquals(3, sfu.room().segmentCount());
            assertEquals(3, sfu.shard(0).segment().participantCount());
            assertEquals(3, sfu.shard(1).segment().participantCount());
            assertEquals(2, sfu.shard(2).segment().participantCount());
            assertEquals(
                    clients.stream().map(client -> client.participant().id()).toList(),
                    sfu.room().participants().stream().map(ParticipantInfo::id).toList());
            clients.getFirst().leave();
            clients.get(1).leave();
            sfu.runMs(10);
            Call.viewer(sfu, "late", 1);
            assertEquals(2, sfu.shard(0).segment().participantCount());
        }
    }

    @Test
    void smallRoomStaysOnItsShardAndUsesNoPipe() {
        try (SimulatedSfu sfu = sfu(201, 2, 100)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            sfu.runMs(1_000);
            assertEquals(1, sfu.room().segmentCount());
            assertEquals(0, crossed(sfu, 0) + crossed(sfu, 1));
            assertTrue(bob.received(VIDEO_SLOT).decodable() > 20, "video stalls");
        }
    }

    private static long crossed(SimulatedSfu sfu, int to) {
        return sfu.shard(to).pipes().counters().packets().value();
    }

    @Test
    void trackCrossesOnceHoweverManyWatchAndNotWhenNobodyDoes() {
        try (SimulatedSfu sfu = sfu(202, 2, 1)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.start();
            alice.join();
            List<SimulatedClient> viewers = new ArrayList<>();
            // Those on the publisher's own shard take nothing from the pipe.
            for (int i = 0; i < 6; i++) {
                viewers.add(Call.viewer(sfu, "viewer" + i, 1));
            }
            sfu.runMs(1_000);
            assertEquals(0, crossed(sfu, 1));
            viewers.forEach(viewer -> viewer.subscribe("0", alice.trackId("0")));
            sfu.runMs(1_000);
            assertEquals(1, sfu.shard(1).pipes().replicas().size());
            long crossedBefore = crossed(sfu, 1);
            long sentBefore = camera.stream().packets();
            sfu.runMs(1_000);
            assertEquals(camera.stream().packets() - sentBefore, crossed(sfu, 1) - crossedBefore);
            viewers.forEach(viewer -> Call.assertContinuous(viewer.received("0")));

            viewers.forEach(viewer -> viewer.unsubscribe("0"));
            sfu.runMs(10);
            assertEquals(0, sfu.shard(1).pipes().replicas().size());
            crossedBefore = crossed(sfu, 1);
            sfu.runMs(1_000);
            assertEquals(crossedBefore, crossed(sfu, 1));
            viewers.forEach(viewer -> viewer.subscribe("0", alice.trackId("0")));
            sfu.runMs(1_000);
            viewers.forEach(viewer -> Call.assertContinuous(viewer.received("0")));
            assertEquals(0, crossed(sfu, 0));
        }
    }

    @Test
    void wishesOfManySegmentsForAKeyframeBecomeOneRequest() {
        try (SimulatedSfu sfu = sfu(203, 4, 1)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedSource camera = alice.camera();
            camera.start();
            alice.join();
            List<SimulatedClient> viewers = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                viewers.add(Call.viewer(sfu, "viewer" + i, 1));
            }
            sfu.runMs(3_000);
            long before = camera.stream().keyframeRequests();
            viewers.forEach(viewer -> viewer.subscribe("0", alice.trackId("0")));
            sfu.runMs(400);
            assertEquals(1, camera.stream().keyframeRequests() - before);
            viewers.forEach(viewer -> assertTrue(viewer.received("0").decodable() > 5, "video has not begun"));
        }
    }

    @Test
    void whoLeavesEmptiesTheSlotsOfTheOthersWhereverTheyAre() {
        try (SimulatedSfu sfu = sfu(204, 2, 1)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            assertNotEquals(alice.shard(), bob.shard());
            Call.watch(bob, alice);
            Call.watch(alice, bob);
            sfu.runMs(1_000);
            sfu.events().clear();
            String id = alice.participant().id();
            alice.leave();
            sfu.runMs(100);
            assertEquals(
                    Set.of(
                            new RoomEvent.SlotEnded(bob.participant().id(), AUDIO_SLOT, alice.trackId(MICROPHONE)),
                            new RoomEvent.SlotEnded(bob.participant().id(), VIDEO_SLOT, alice.trackId(CAMERA)),
                            new RoomEvent.ParticipantLeft(id, LeaveReason.LEFT)),
                    new HashSet<>(sfu.events()));
            assertEquals(3, sfu.events().size());
            assertEquals(List.of(bob.participant().info()), sfu.room().participants());
            Call.assertRefused(
                    SfuException.Code.TRACK_NOT_FOUND, () -> bob.subscribe(VIDEO_SLOT, alice.trackId(CAMERA)));
            long strays = sfu.strayDatagrams();
            sfu.runMs(2_000);
            assertEquals(strays, sfu.strayDatagrams());
        }
    }

    @Test
    void identityThatJoinsOnAnotherShardReplacesWhoWasThere() {
        try (SimulatedSfu sfu = sfu(205, 2, 1)) {
            SimulatedClient host = Call.member(sfu, "host");
            SimulatedClient alice = Call.member(sfu, "alice");
            sfu.runMs(500);
            host.leave();
            sfu.runMs(10);
            sfu.events().clear();
            SimulatedClient again = Call.member(sfu, "alice");
            sfu.runMs(500);
            assertNotEquals(alice.shard(), again.shard());
            List<RoomEvent> events = sfu.events().stream()
                    .filter(event -> !(event instanceof RoomEvent.ParticipantUpdated))
                    .toList();
            assertEquals(2, events.size(), events.toString());
            assertEquals(
                    new RoomEvent.ParticipantLeft(alice.participant().id(), LeaveReason.REPLACED), events.getFirst());
            assertTrue(events.get(1) instanceof RoomEvent.ParticipantJoined, events.toString());
            assertFalse(alice.participant().isPresent());
            assertEquals(1, sfu.room().participantCount());
            assertEquals(1, sfu.peerCount());
            alice.vanish();
        }
    }

    @Test
    void endOfTheRoomEndsEverySegment() {
        try (SimulatedSfu sfu = sfu(206, 3, 1)) {
            List<SimulatedClient> clients =
                    List.of(Call.member(sfu, "alice"), Call.member(sfu, "bob"), Call.member(sfu, "carol"));
            Call.watch(clients.get(2), clients.get(1));
            sfu.runMs(500);
            sfu.events().clear();
            sfu.room().close(LeaveReason.ROOM_CLOSED, sfu.clock().nowNs());
            sfu.runMs(10);
            List<RoomEvent> expected = new ArrayList<>();
            clients.forEach(client -> expected.add(
                    new RoomEvent.ParticipantLeft(client.participant().id(), LeaveReason.ROOM_CLOSED)));
            expected.add(new RoomEvent.RoomClosed());
            assertEquals(expected, sfu.events());
            assertEquals(0, sfu.peerCount());
            assertEquals(0, sfu.addressCount());
            for (int i = 1; i < 3; i++) {
                assertTrue(sfu.shard(i).segment().isClosed());
                assertEquals(0, sfu.shard(i).pipes().replicas().size());
            }
        }
    }

    @Test
    void slowHopsDelayButLoseNothing() {
        SimulatedSfu.Setup setup = SimulatedSfu.Setup.of(207).withShards(3, 1).withHopNs(20_000_000);
        try (SimulatedSfu sfu = new SimulatedSfu(207, setup)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            SimulatedClient carol = Call.member(sfu, "carol");
            sfu.runMs(100);
            Call.watch(bob, alice);
            Call.watch(carol, bob);
            Call.watch(alice, carol);
            sfu.runMs(3_000);
            for (SimulatedClient client : List.of(alice, bob, carol)) {
                Call.assertContinuous(client.received(VIDEO_SLOT));
                Call.assertContinuous(client.received(AUDIO_SLOT));
                assertTrue(client.received(VIDEO_SLOT).decodable() > 70, "video stalls");
                assertEquals(0, client.received(VIDEO_SLOT).duplicates());
            }
        }
    }
}

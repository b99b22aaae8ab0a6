package dev.parley.sfu.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.simulation.SimulatedSfu;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is in a room, without any media. */
final class RoomStateTest {
    private static final long MINUTE_MS = 60_000;

    private final SimulatedSfu sfu = new SimulatedSfu(1);
    private final RoomState room = sfu.room();

    @AfterEach
    void closeRoom() {
        sfu.close();
    }

    private ParticipantState join(String identity) {
        return sfu.join(new JoinRequest(identity, "The " + identity));
    }

    private void leave(ParticipantState participant) {
        participant.leave(LeaveReason.LEFT, sfu.clock().nowNs());
    }

    @Test
    void tellsWhoIsThereInTheOrderOfJoining() {
        ParticipantState alice = join("alice");
        ParticipantState bob = join("bob");
        assertEquals(
                List.of(alice.id(), bob.id()),
                room.participants().stream().map(ParticipantInfo::id).toList());
        ParticipantInfo info = alice.info();
        assertEquals("alice", info.identity());
        assertEquals("The alice", info.name());
        assertEquals(ConnectionState.CONNECTING, info.state());
        assertEquals(List.of(), info.tracks());
        assertTrue(info.id().startsWith("PA_"));
        assertTrue(room.id().startsWith("RM_"));
        assertNotEquals(alice.id(), bob.id());
        assertEquals(
                List.of(new RoomEvent.ParticipantJoined(alice.info()), new RoomEvent.ParticipantJoined(bob.info())),
                sfu.events());
    }

    @Test
    void endsAMinuteAfterTheLastHasLeft() {
        ParticipantState alice = join("alice");
        sfu.runMs(10 * MINUTE_MS);
        leave(alice);
        sfu.runMs(MINUTE_MS - 1);
        assertFalse(room.isClosed());
        sfu.runMs(1);
        assertTrue(room.isClosed());
        assertEquals(new RoomEvent.RoomClosed(), sfu.events().getLast());
        assertEquals(Long.MAX_VALUE, room.nextDeadlineNs());
        assertEquals(
                SfuException.Code.CLOSED,
                assertThrows(SfuException.class, () -> join("bob")).code());
    }

    @Test
    void endsAMinuteAfterItsStartWhenNobodyComes() {
        sfu.runMs(MINUTE_MS - 1);
        assertFalse(room.isClosed());
        sfu.runMs(1);
        assertTrue(room.isClosed());
    }

    @Test
    void staysWhenSomebodyComesBackInTime() {
        leave(join("alice"));
        sfu.runMs(MINUTE_MS - 1);
        join("alice");
        sfu.runMs(10 * MINUTE_MS);
        assertFalse(room.isClosed());
        assertEquals(1, room.participantCount());
    }

    @Test
    void leavingTwiceIsLeavingOnce() {
        ParticipantState alice = join("alice");
        leave(alice);
        leave(alice);
        assertEquals(
                1,
                sfu.events().stream()
                        .filter(RoomEvent.ParticipantLeft.class::isInstance)
                        .count());
        assertFalse(alice.isPresent());
        assertEquals(ConnectionState.CLOSED, alice.info().state());
    }

    @Test
    void closingTellsEverybodysLeaveAndThenTheEndOnce() {
        ParticipantState alice = join("alice");
        ParticipantState bob = join("bob");
        sfu.events().clear();
        room.close(LeaveReason.ROOM_CLOSED, sfu.clock().nowNs());
        room.close(LeaveReason.ROOM_CLOSED, sfu.clock().nowNs());
        assertEquals(
                List.of(
                        new RoomEvent.ParticipantLeft(alice.id(), LeaveReason.ROOM_CLOSED),
                        new RoomEvent.ParticipantLeft(bob.id(), LeaveReason.ROOM_CLOSED),
                        new RoomEvent.RoomClosed()),
                sfu.events());
    }

    @Test
    void versionsOnlyGrow() {
        var alice = sfu.client("alice");
        alice.microphone();
        alice.join();
        sfu.runMs(500);
        alice.participant().mute(alice.trackId("0"), true);
        alice.participant().mute(alice.trackId("0"), true);
        alice.participant().mute(alice.trackId("0"), false);
        List<Long> versions = sfu.events().stream()
                .filter(RoomEvent.ParticipantUpdated.class::isInstance)
                .map(event ->
                        ((RoomEvent.ParticipantUpdated) event).participant().version())
                .toList();
        assertEquals(versions.stream().distinct().sorted().toList(), versions);
        // Published, connected, muted, unmuted.
        assertEquals(4, versions.size());
    }
}

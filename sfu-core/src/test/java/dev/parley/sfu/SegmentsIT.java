package dev.parley.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Rooms on several shards as an embedder sees them: real threads and ports. */
final class SegmentsIT {
    private static SfuConfig config() {
        return SfuConfig.builder().udpPort(0).shards(3).segmentThreshold(1).build();
    }

    @Test
    void eventsComeInOneOrderAndBeforeTheAnswersThatTheyBelongTo() {
        try (Sfu sfu = Sfu.start(config())) {
            Room room = sfu.room("r");
            List<RoomEvent> events = new CopyOnWriteArrayList<>();
            room.onEvent(events::add);
            for (int round = 0; round < 50; round++) {
                List<CompletableFuture<Participant>> joins = new ArrayList<>();
                for (int i = 0; i < 9; i++) {
                    joins.add(room.join(JoinRequest.of("guest-" + i)));
                }
                for (CompletableFuture<Participant> join : joins) {
                    Participant guest = join.join();
                    assertTrue(
                            events.stream()
                                    .anyMatch(event -> event instanceof RoomEvent.ParticipantJoined joined
                                            && joined.participant().id().equals(guest.id())),
                            "the joining was not told first");
                    assertEquals(guest.id(), guest.info().join().id());
                    if (round % 2 == 0) {
                        guest.leave(RoomEvent.LeaveReason.LEFT).join();
                        assertTrue(
                                events.contains(new RoomEvent.ParticipantLeft(guest.id(), RoomEvent.LeaveReason.LEFT)),
                                "the leaving was not told first");
                    }
                }
                int expected = round % 2 == 0 ? 0 : 9;
                assertEquals(expected, room.participants().join().size());
            }
            assertTrue(sfu.stats().shards().stream()
                            .mapToInt(shard -> shard.pipes().segments())
                            .sum()
                    == 2);
            assertEquals(1, sfu.stats().rooms());
            room.close().join();
            assertEquals(new RoomEvent.RoomClosed(), events.getLast());
        }
    }

    @Test
    void callsAfterCloseAreRefusedAsClosedOnEveryShard() {
        Sfu sfu = Sfu.start(config());
        Room room = sfu.room("r");
        room.join(JoinRequest.of("ada")).join();
        Participant grace = room.join(JoinRequest.of("grace")).join();
        sfu.close();
        CompletionException failure = assertThrows(
                CompletionException.class, () -> grace.mute("TR_1", true).join());
        assertEquals(
                SfuException.Code.CLOSED,
                assertInstanceOf(SfuException.class, failure.getCause()).code());
    }
}

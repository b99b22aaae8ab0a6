package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Coming, publishing, being seen, and leaving. */
final class JoinScenarioTest {
    @Test
    void twoWhoJoinSeeAndHearEachOther() {
        try (SimulatedSfu sfu = new SimulatedSfu(1)) {
            SimulatedClient alice = sfu.client("alice");
            SimulatedClient bob = sfu.client("bob");
            for (SimulatedClient client : List.of(alice, bob)) {
                client.microphone().start();
                client.camera().start();
                client.slot(MediaKind.AUDIO);
                client.slot(MediaKind.VIDEO);
                client.join();
                client.path()
                        .conditions(LinkConditions.perfect().withDelayMs(20).withJitterMs(5));
            }
            alice.subscribe("2", bob.trackId(MediaKind.AUDIO));
            alice.subscribe("3", bob.trackId(MediaKind.VIDEO));
            bob.subscribe("2", alice.trackId(MediaKind.AUDIO));
            bob.subscribe("3", alice.trackId(MediaKind.VIDEO));
            sfu.runMs(3_000);

            for (SimulatedClient client : List.of(alice, bob)) {
                assertEquals(
                        ConnectionState.CONNECTED, client.participant().info().state());
                assertEquals(List.of(), client.received("3").complaints());
                assertEquals(List.of(), client.received("2").complaints());
                assertTrue(
                        client.received("3").decodable() > 65,
                        "frames " + client.received("3").decodable());
                assertTrue(
                        client.received("2").decodable() > 130,
                        "packets " + client.received("2").decodable());
                assertEquals(0, client.media().strangers());
                assertEquals(0, client.media().refused());
                assertTrue(
                        client.media().feedbackPackets() > 300,
                        "feedback " + client.media().feedbackPackets());
            }
            assertEquals(2, sfu.events(RoomEvent.ParticipantJoined.class).size());
        }
    }
}

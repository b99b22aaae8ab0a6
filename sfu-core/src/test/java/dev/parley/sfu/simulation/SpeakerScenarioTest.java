package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.RoomEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who speaks, from the audio levels that clients send. */
final class SpeakerScenarioTest {
    @Test
    void whoSpeaksIsToldAndWhoStopsIsNoLonger() {
        try (SimulatedSfu sfu = new SimulatedSfu(70)) {
            List<SimulatedClient> clients = new ArrayList<>();
            List<SimulatedSource> microphones = new ArrayList<>();
            for (String name : List.of("alice", "bob", "carol")) {
                SimulatedClient client = sfu.client(name);
                microphones.add(client.microphone());
                microphones.getLast().start();
                client.join();
                clients.add(client);
            }
            sfu.runMs(2_000);
            assertEquals(List.of(), sfu.events(RoomEvent.SpeakersChanged.class));

            microphones.get(0).audioLevel(25);
            sfu.runMs(1_000);
            assertEquals(List.of(clients.get(0).participant().id()), speakers(sfu));
            microphones.get(1).audioLevel(10);
            sfu.runMs(3_000);
            assertEquals(
                    List.of(
                            clients.get(1).participant().id(),
                            clients.get(0).participant().id()),
                    speakers(sfu));
            microphones.get(0).audioLevel(SimulatedSource.SILENCE_DBOV);
            sfu.runMs(3_000);
            assertEquals(List.of(clients.get(1).participant().id()), speakers(sfu));
            clients.get(1).leave();
            sfu.runMs(1_000);
            assertEquals(List.of(), speakers(sfu));
            int changes = sfu.events(RoomEvent.SpeakersChanged.class).size();
            assertTrue(changes <= 6, changes + " changes were told");
        }
    }

    private static List<String> speakers(SimulatedSfu sfu) {
        return sfu.events(RoomEvent.SpeakersChanged.class).getLast().speakers().stream()
                .map(RoomEvent.Speaker::participantId)
                .toList();
    }
}

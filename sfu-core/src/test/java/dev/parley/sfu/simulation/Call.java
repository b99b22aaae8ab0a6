package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuException;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** The usual cast of a call: members whose sections are microphone, camera, a slot for audio and one for video. */
final class Call {
    static final String MICROPHONE = "0";
    static final String CAMERA = "1";
    static final String AUDIO_SLOT = "2";
    static final String VIDEO_SLOT = "3";

    private Call() {}

    /** One who publishes and can receive; already in the room, with everything running. */
    static SimulatedClient member(SimulatedSfu sfu, String identity) {
        SimulatedClient client = sfu.client(identity);
        client.microphone().start();
        client.camera().start();
        client.slot(MediaKind.AUDIO);
        client.slot(MediaKind.VIDEO);
        client.join();
        return client;
    }

    /** One who only receives, with {@code videoSlots} sections for video; the first has mid 0. */
    static SimulatedClient viewer(SimulatedSfu sfu, String identity, int videoSlots) {
        SimulatedClient client = sfu.client(identity);
        for (int i = 0; i < videoSlots; i++) {
            client.slot(MediaKind.VIDEO);
        }
        client.join();
        return client;
    }

    /** Puts what {@code publisher} sends into the two slots of {@code member}. */
    static void watch(SimulatedClient member, SimulatedClient publisher) {
        member.subscribe(AUDIO_SLOT, publisher.trackId(MICROPHONE));
        member.subscribe(VIDEO_SLOT, publisher.trackId(CAMERA));
    }

    static void assertContinuous(ReceivedStream stream) {
        assertEquals(List.of(), stream.complaints());
        assertTrue(stream.decodable() > 0, "nothing has come");
    }

    static void assertRefused(SfuException.Code code, Executable request) {
        assertEquals(code, assertThrows(SfuException.class, request).code());
    }
}

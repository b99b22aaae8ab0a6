package dev.parley.sfu;

import java.util.List;

/**
 * A participant as the others see it: sent whole, with a version that only grows.
 *
 * @param id the server's id, {@code PA_…}
 * @param identity who this is to the application; unique in the room
 * @param name what to show
 * @param version grows with every change
 * @param state the media connection's state
 */
public record ParticipantInfo(
        String id, String identity, String name, long version, ConnectionState state, List<TrackInfo> tracks) {
    public ParticipantInfo {
        tracks = List.copyOf(tracks);
    }
}

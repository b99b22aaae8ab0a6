package dev.parley.sfu.nativepeer;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.TrackInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells which tracks of others are new. Used under its own lock; events may come before or after who was there. */
final class RemoteTracks {
    private final String selfId;
    private final Map<String, Set<String>> known = new HashMap<>();

    RemoteTracks(String selfId) {
        this.selfId = selfId;
    }

    /** What an event brings that was not known. */
    List<RemoteTrack> news(RoomEvent event) {
        return switch (event) {
            case RoomEvent.ParticipantJoined joined -> news(joined.participant());
            case RoomEvent.ParticipantUpdated updated -> news(updated.participant());
            case RoomEvent.ParticipantLeft left -> {
                synchronized (this) {
                    known.remove(left.participantId());
                }
                yield List.of();
            }
            case RoomEvent.SpeakersChanged _, RoomEvent.OfSlot _, RoomEvent.RoomClosed _ -> List.of();
        };
    }

    /** What a participant publishes that was not known. */
    synchronized List<RemoteTrack> news(ParticipantInfo participant) {
        if (participant.id().equals(selfId)) {
            return List.of();
        }
        Set<String> before = known.getOrDefault(participant.id(), Set.of());
        Set<String> now = new HashSet<>();
        List<RemoteTrack> news = new ArrayList<>();
        for (TrackInfo track : participant.tracks()) {
            now.add(track.id());
            if (!before.contains(track.id())) {
                news.add(new RemoteTrack(participant, track));
            }
        }
        known.put(participant.id(), now);
        return news;
    }
}

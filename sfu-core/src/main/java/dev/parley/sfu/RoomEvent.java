package dev.parley.sfu;

import java.util.List;

/** What happens in a room. Delivered in order, on the thread that owns the room: a listener must not block. */
public sealed interface RoomEvent {
    /** Somebody has joined. */
    record ParticipantJoined(ParticipantInfo participant) implements RoomEvent {}

    /** A participant's name, state, tracks or mutes have changed. */
    record ParticipantUpdated(ParticipantInfo participant) implements RoomEvent {}

    record ParticipantLeft(String participantId, LeaveReason reason) implements RoomEvent {}

    /** Who speaks, the loudest first; empty when nobody does. Sent when it changes, and at most every 200 ms. */
    record SpeakersChanged(List<Speaker> speakers) implements RoomEvent {
        public SpeakersChanged {
            speakers = List.copyOf(speakers);
        }
    }

    /**
     * A slot of one participant has lost its track because its publisher has ended it. In a room on several shards this
     * may come after the event that tells of the publisher.
     */
    record SlotEnded(String participantId, String mid, String trackId) implements RoomEvent {}

    record RoomClosed() implements RoomEvent {}

    /**
     * One who speaks.
     *
     * @param level loudness from 0 (silence) to 1 (full scale), from the audio levels of RFC 6464
     */
    record Speaker(String participantId, double level) {}

    /** Why a participant has left. */
    enum LeaveReason {
        LEFT,
        /** Its connection was lost and the grace period is over. */
        TIMED_OUT,
        REMOVED,
        ROOM_CLOSED,
        /** The same identity has joined again. */
        REPLACED,
        SERVER_SHUTDOWN
    }
}

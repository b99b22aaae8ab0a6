package dev.parley.sfu;

import java.util.List;

/** What happens in a room. Delivered in order, on the thread that owns the room: a listener must not block. */
public sealed interface RoomEvent {
    /** What concerns one media section, and so nobody but the participant that has it. */
    sealed interface OfSlot extends RoomEvent {
        String participantId();

        /** The media section, mostly a slot. */
        String mid();
    }

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
    record SlotEnded(String participantId, String mid, String trackId) implements OfSlot {}

    /**
     * A slot's track arrives in a codec that this slot's participant has not negotiated, so nothing of it can be sent
     * there. It holds until the slot is given another track, or the track comes in another codec.
     *
     * @param codec what the track is sent in, as in SDP
     * @param accepted the slot's codecs, in the order of its offer
     * @param code {@code CODEC_NOT_NEGOTIATED} when the server only forwards; else why it did not encode the track again:
     *     {@code NATIVE_LIMIT} or {@code NATIVE_UNAVAILABLE}
     * @param message a sentence for people that names the codecs
     */
    record SlotUndecodable(
            String participantId,
            String mid,
            String trackId,
            String codec,
            List<String> accepted,
            SfuException.Code code,
            String message)
            implements OfSlot {
        public SlotUndecodable {
            accepted = List.copyOf(accepted);
        }

        /** Of a server that only forwards. */
        public static SlotUndecodable of(
                String participantId, String mid, String trackId, String codec, List<String> accepted) {
            return new SlotUndecodable(
                    participantId,
                    mid,
                    trackId,
                    codec,
                    accepted,
                    SfuException.Code.CODEC_NOT_NEGOTIATED,
                    "track " + trackId + " is sent in " + codec + ", which slot " + mid + " does not take: it takes "
                            + (accepted.isEmpty() ? "no codec at all" : String.join(", ", accepted)));
        }

        /** The same, with why the server cannot help. */
        public SlotUndecodable because(SfuException refusal) {
            return new SlotUndecodable(
                    participantId,
                    mid,
                    trackId,
                    codec,
                    accepted,
                    refusal.code(),
                    message + "; " + refusal.getMessage());
        }
    }

    /**
     * The server has stopped sending a slot's track, though the client wants it, or goes on sending it.
     *
     * @param paused whether it is stopped from now on
     * @param reason why it is, or was
     */
    record SlotPaused(String participantId, String mid, String trackId, boolean paused, PauseReason reason)
            implements OfSlot {}

    /**
     * Which encodings of a simulcast track somebody takes: its publisher need send no others.
     *
     * @param mid the publisher's media section
     */
    record EncodingsWanted(String participantId, String mid, String trackId, List<Encoding> encodings)
            implements OfSlot {
        public EncodingsWanted {
            encodings = List.copyOf(encodings);
        }
    }

    /** One encoding of a track, by its rid. */
    record Encoding(String rid, boolean active) {}

    record RoomClosed() implements RoomEvent {}

    /** Why the server does not send a track. */
    enum PauseReason {
        /** The link does not carry it. */
        BANDWIDTH,
        /** There are more tracks than a subscriber may get. */
        TOO_MANY_TRACKS
    }

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

package dev.parley.signaling.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.sfu.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server says: replies, which carry the request's {@code id}, and events, which carry none. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ServerMessage.Joined.class, name = "joined"),
    @JsonSubTypes.Type(value = ServerMessage.Answer.class, name = "answer"),
    @JsonSubTypes.Type(value = ServerMessage.Ok.class, name = "ok"),
    @JsonSubTypes.Type(value = ServerMessage.Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = ServerMessage.Pong.class, name = "pong"),
    @JsonSubTypes.Type(value = ServerMessage.ErrorReply.class, name = "error"),
    @JsonSubTypes.Type(value = ServerMessage.ParticipantJoined.class, name = "participant-joined"),
    @JsonSubTypes.Type(value = ServerMessage.ParticipantUpdated.class, name = "participant-updated"),
    @JsonSubTypes.Type(value = ServerMessage.ParticipantLeft.class, name = "participant-left"),
    @JsonSubTypes.Type(value = ServerMessage.Speakers.class, name = "speakers"),
    @JsonSubTypes.Type(value = ServerMessage.SlotEnded.class, name = "slot-ended"),
    @JsonSubTypes.Type(value = ServerMessage.SlotUndecodable.class, name = "slot-undecodable"),
    @JsonSubTypes.Type(value = ServerMessage.SlotPaused.class, name = "slot-paused"),
    @JsonSubTypes.Type(value = ServerMessage.EncodingsWanted.class, name = "encodings-wanted"),
    @JsonSubTypes.Type(value = ServerMessage.Explained.class, name = "explained"),
    @JsonSubTypes.Type(value = ServerMessage.RoomClosed.class, name = "room-closed"),
    @JsonSubTypes.Type(value = ServerMessage.Closing.class, name = "closing")
})
public sealed interface ServerMessage {

    /**
     * The reply to {@code join}.
     *
     * @param participants everybody else in the room
     * @param resumeToken takes the session up again on another socket, once
     * @param graceMs how long a session without a socket waits
     * @param pingIntervalMs how often the server sends a ping frame; two unanswered drop the socket
     * @param answer present if the join carried an offer
     */
    record Joined(
            long id,
            RoomView room,
            ParticipantView participant,
            List<ParticipantView> participants,
            String resumeToken,
            long graceMs,
            long pingIntervalMs,
            @Nullable AnswerView answer,
            List<IceServerView> iceServers,
            LimitsView limits)
            implements ServerMessage {}

    record Answer(long id, String sdp, List<TrackView> published, List<SlotView> slots) implements ServerMessage {}

    record Ok(long id) implements ServerMessage {}

    /** The reply to {@code resume}: the whole state, since events may have been missed. */
    record Resumed(
            long id,
            RoomView room,
            ParticipantView participant,
            List<ParticipantView> participants,
            String resumeToken,
            long graceMs,
            long pingIntervalMs,
            List<SlotState> slots,
            List<IceServerView> iceServers,
            LimitsView limits)
            implements ServerMessage {}

    record Pong(long id) implements ServerMessage {}

    /**
     * A refused request; {@code id} is absent when the request had none that could be read.
     *
     * @param code stable, for programs
     * @param message a sentence, for people
     */
    record ErrorReply(@Nullable Long id, String code, String message) implements ServerMessage {}

    record ParticipantJoined(ParticipantView participant) implements ServerMessage {}

    record ParticipantUpdated(ParticipantView participant) implements ServerMessage {}

    record ParticipantLeft(String participantId, String reason) implements ServerMessage {}

    record Speakers(List<SpeakerView> speakers) implements ServerMessage {}

    record SlotEnded(String slot, String trackId) implements ServerMessage {}

    /**
     * Nothing can be sent in the slot, as its track comes in a codec that the slot does not take.
     *
     * @param codec the track's
     * @param accepted the slot's
     * @param code stable, for programs
     * @param message a sentence, for people
     */
    record SlotUndecodable(
            String slot, String trackId, String codec, List<String> accepted, String code, String message)
            implements ServerMessage {}

    /**
     * The server has stopped sending a slot's track, or goes on.
     *
     * @param reason {@code bandwidth} or {@code too-many-tracks}
     */
    record SlotPaused(String slot, String trackId, boolean paused, String reason) implements ServerMessage {}

    /** Which encodings of an own track somebody takes; the others need not be sent. */
    record EncodingsWanted(String mid, String trackId, List<EncodingView> encodings) implements ServerMessage {}

    record EncodingView(String rid, boolean active) {}

    /** The reply to {@code explain}. */
    record Explained(long id, Explanation explanation) implements ServerMessage {}

    record RoomClosed() implements ServerMessage {}

    /** The last message before the server closes the socket. */
    record Closing(String code, String message) implements ServerMessage {}

    record RoomView(String id, String name) {}

    record ParticipantView(
            String id, String identity, String name, long version, String state, List<TrackView> tracks) {}

    record TrackView(
            String id,
            String clientTrackId,
            String mid,
            String kind,
            String source,
            String codec,
            List<String> rids,
            boolean muted) {}

    record AnswerView(String sdp, List<TrackView> published, List<SlotView> slots) {}

    record SlotView(String mid, String kind, String streamId) {}

    /** What a slot shows; {@code trackId} is null, and present, when it is empty. */
    record SlotState(
            String mid,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String trackId) {}

    /** {@code level} is loudness from 0 to 1. */
    record SpeakerView(String participantId, double level) {}

    record IceServerView(
            List<String> urls,
            @Nullable String username,
            @Nullable String credential) {}

    record LimitsView(int maxTracks, int maxSlots, int maxParticipants, int maxMessageBytes, int messagesPerSecond) {}
}

package dev.parley.sfu.room;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.peer.Ids;
import dev.parley.sfu.peer.PublishedTrack;
import dev.parley.sfu.peer.TrackRouter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room: who is in it, what they publish, and who speaks. Owned by one shard, on whose thread everything here runs.
 *
 * <p>Media does not pass through here: a {@link PublishedTrack} hands its packets straight to the slots subscribed to
 * it, which is the router of the design.
 */
public final class RoomState {
    /** How long a room without participants is kept, so that one who reloads the page finds it as it was. */
    private static final long EMPTY_TIMEOUT_NS = 60_000_000_000L;

    private final String id;
    private final SfuConfig.Limits limits;
    private final RoomServices services;
    private final Map<String, ParticipantState> participants = new LinkedHashMap<>();
    private final Map<String, PublishedTrack> tracks = new HashMap<>();
    private final ActiveSpeakers<String> speakers = new ActiveSpeakers<>();
    private long closeWhenEmptyNs = Long.MAX_VALUE;
    private boolean closed;

    public RoomState(SfuConfig.Limits limits, RoomServices services) {
        this.limits = limits;
        this.services = services;
        this.id = Ids.room(services.random());
    }

    /** The server's id, {@code RM_…}. */
    public String id() {
        return id;
    }

    /** Lets the room's time begin: one that nobody joins ends as one that all have left. */
    public void opened(long nowNs) {
        closeWhenEmptyNs = nowNs + EMPTY_TIMEOUT_NS;
        services.deadlineMoved(this);
    }

    public ParticipantState join(JoinRequest request, long nowNs) {
        if (closed) {
            throw new SfuException(SfuException.Code.CLOSED, "the room has ended");
        }
        ParticipantState previous = byIdentity(request.identity());
        if (previous == null && participants.size() >= limits.participantsPerRoom()) {
            throw new SfuException(
                    SfuException.Code.PARTICIPANT_LIMIT,
                    "the room is full: it takes " + limits.participantsPerRoom() + " participants");
        }
        if (previous != null) {
            leave(previous, LeaveReason.REPLACED, nowNs);
        }
        String participantId = Ids.participant(services.random());
        ParticipantState participant = new ParticipantState(this, participantId, request.identity(), request.name());
        participants.put(participantId, participant);
        closeWhenEmptyNs = Long.MAX_VALUE;
        services.deadlineMoved(this);
        services.onEvent(new RoomEvent.ParticipantJoined(participant.info()));
        return participant;
    }

    /** Ends a participant's membership and connection; one that has left already stays so. */
    public void leave(ParticipantState participant, LeaveReason reason, long nowNs) {
        if (!participant.isPresent()) {
            return;
        }
        participant.markLeft();
        participants.remove(participant.id());
        // After markLeft, so that the end of each of its tracks is not told one by one: the leave says it all.
        participant.peer().close(nowNs);
        speakers.remove(participant.voice());
        services.onEvent(new RoomEvent.ParticipantLeft(participant.id(), reason));
        if (participants.isEmpty()) {
            closeWhenEmptyNs = nowNs + EMPTY_TIMEOUT_NS;
            services.deadlineMoved(this);
        }
    }

    /** Everybody in the room, in the order of joining. */
    public List<ParticipantInfo> participants() {
        List<ParticipantInfo> infos = new ArrayList<>(participants.size());
        for (ParticipantState participant : participants.values()) {
            infos.add(participant.info());
        }
        return infos;
    }

    public int participantCount() {
        return participants.size();
    }

    public boolean isClosed() {
        return closed;
    }

    public void close(LeaveReason reason, long nowNs) {
        if (closed) {
            return;
        }
        for (ParticipantState participant : List.copyOf(participants.values())) {
            leave(participant, reason, nowNs);
        }
        closed = true;
        services.onEvent(new RoomEvent.RoomClosed());
    }

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return closed ? Long.MAX_VALUE : Math.min(closeWhenEmptyNs, speakers.nextDeadlineNs());
    }

    public void onDeadline(long nowNs) {
        if (speakers.update(nowNs)) {
            emitSpeakers();
        }
        if (nowNs >= closeWhenEmptyNs) {
            close(LeaveReason.ROOM_CLOSED, nowNs);
        }
    }

    RoomServices services() {
        return services;
    }

    void emit(RoomEvent event) {
        services.onEvent(event);
    }

    @Nullable
    TrackRouter findTrack(String trackId) {
        PublishedTrack track = tracks.get(trackId);
        return track == null ? null : track.router();
    }

    void trackPublished(ParticipantState publisher, PublishedTrack track) {
        tracks.put(track.id(), track);
    }

    void trackUnpublished(PublishedTrack track) {
        tracks.remove(track.id());
    }

    /** A participant's part in who speaks. */
    ActiveSpeakers.Source<String> newVoice(String participantId) {
        return speakers.add(participantId);
    }

    private void emitSpeakers() {
        List<RoomEvent.Speaker> current = new ArrayList<>();
        for (ActiveSpeakers.Speaker<String> speaker : speakers.speakers()) {
            current.add(new RoomEvent.Speaker(speaker.key(), speaker.level()));
        }
        services.onEvent(new RoomEvent.SpeakersChanged(current));
    }

    private @Nullable ParticipantState byIdentity(String identity) {
        for (ParticipantState participant : participants.values()) {
            if (participant.identity().equals(identity)) {
                return participant;
            }
        }
        return null;
    }
}

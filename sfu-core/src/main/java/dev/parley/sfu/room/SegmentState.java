package dev.parley.sfu.room;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.peer.PublishedTrack;
import dev.parley.sfu.peer.TrackRouter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of a room that lives on one shard: participants, who are each on one shard with all they publish and
 * receive, and the replicas of what they watch of other segments. Nearly every room has one segment only. Owned by its
 * shard.
 *
 * <p>Media does not pass through here: a {@link TrackRouter} hands packets straight to the slots subscribed to it.
 */
public final class SegmentState {
    private final int index;
    private final Register register;
    private final @Nullable DistantRegister distant;
    private final RoomServices services;
    private final Map<String, ParticipantState> participants = new LinkedHashMap<>();
    private final Map<String, PublishedTrack> tracks = new HashMap<>();
    private final TrackExchange exchange;
    private boolean closed;

    /** The first segment of a room, on the room's own shard. */
    SegmentState(RoomState room, RoomServices services) {
        this(0, room, null, services);
    }

    /** A segment on a shard other than the room's. */
    public SegmentState(int index, RoomServices services) {
        this(index, null, new DistantRegister(services), services);
    }

    private SegmentState(int index, @Nullable Register room, @Nullable DistantRegister distant, RoomServices services) {
        this.index = index;
        this.distant = distant;
        this.register = room != null ? room : Objects.requireNonNull(distant);
        this.services = services;
        this.exchange = new TrackExchange(services);
    }

    /** Its number among the room's; the first, which is 0, is on the room's shard. */
    public int index() {
        return index;
    }

    public boolean isClosed() {
        return closed;
    }

    /** A participant of this segment, or {@code null} when it has left. */
    public @Nullable ParticipantState participant(String participantId) {
        return participants.get(participantId);
    }

    public int participantCount() {
        return participants.size();
    }

    // --- membership -----------------------------------------------------------------------------------------------

    ParticipantState enter(String participantId, JoinRequest request) {
        ParticipantState participant = new ParticipantState(this, participantId, request);
        participants.put(participantId, participant);
        return participant;
    }

    /** Ends a participant's membership and connection; one that has left already stays so. */
    void leave(ParticipantState participant, LeaveReason reason, long nowNs) {
        if (participant.isPresent()) {
            end(participant, nowNs);
            register.left(participant, reason, nowNs);
        }
    }

    private void end(ParticipantState participant, long nowNs) {
        participant.markLeft();
        participants.remove(participant.id());
        // After markLeft, so that the end of each of its tracks is not told one by one: the leave says it all.
        participant.peer().close(nowNs);
        register.removeVoice(participant.voice());
    }

    // --- messages -------------------------------------------------------------------------------------------------

    /** Something is told by the room, or by the segment {@code from}. */
    public void onMessage(int from, SegmentMessage.ToSegment message, long nowNs) {
        if (closed) {
            return;
        }
        switch (message) {
            case SegmentMessage.Enter enter -> {
                ParticipantState entered = enter(enter.participantId(), enter.request());
                services.sendToRoom(new SegmentMessage.Entered(entered.info()));
            }
            case SegmentMessage.Remove remove -> {
                ParticipantState removed = participants.get(remove.participantId());
                if (removed != null) {
                    end(removed, nowNs);
                }
            }
            case SegmentMessage.Close _ -> close(nowNs);
            case SegmentMessage.TrackAvailable track ->
                exchange.available(track.trackId(), track.kind(), track.source(), track.segment());
            case SegmentMessage.TrackGone gone -> exchange.gone(gone.trackId(), nowNs);
            case SegmentMessage.Attach attach -> {
                PublishedTrack track = tracks.get(attach.trackId());
                if (track != null) { // Else its end is on its way to the other segment.
                    exchange.attach(from, attach.channel(), track);
                }
            }
            case SegmentMessage.Detach detach -> exchange.detach(from, detach.channel());
            case SegmentMessage.StreamChanged changed -> exchange.streamChanged(changed.channel(), changed.settings());
            case SegmentMessage.StreamPaused paused -> exchange.streamPaused(paused.channel(), paused.ssrc());
            case SegmentMessage.StreamResumed resumed -> exchange.streamResumed(resumed.channel(), nowNs);
            case SegmentMessage.Heard heard ->
                Objects.requireNonNull(distant, "this is the room's own segment")
                        .heard(heard.participantIds());
            case SegmentMessage.Speaking speaking -> speaking(speaking.trackIds(), nowNs);
            case SegmentMessage.KeyframeWanted wanted -> {
                PublishedTrack track = tracks.get(wanted.trackId());
                if (track != null) {
                    track.requestKeyframe(wanted.ssrc(), nowNs);
                }
            }
        }
    }

    /** Tells all tracks here, own or of others, whether their publisher speaks. */
    void speaking(List<String> trackIds, long nowNs) {
        for (PublishedTrack track : tracks.values()) {
            track.router().speaking(trackIds.contains(track.id()), nowNs);
        }
        exchange.speaking(trackIds, nowNs);
    }

    private void close(long nowNs) {
        for (ParticipantState participant : List.copyOf(participants.values())) {
            end(participant, nowNs);
        }
        exchange.close(nowNs);
        closed = true;
        services.segmentClosed();
    }

    // --- time -----------------------------------------------------------------------------------------------------

    /** When {@link #onDeadline} wants to be called; only for segments on shards other than the room's. */
    public long nextDeadlineNs() {
        return closed || distant == null ? Long.MAX_VALUE : distant.nextDeadlineNs();
    }

    public void onDeadline(long nowNs) {
        if (!closed && distant != null) {
            distant.onDeadline(nowNs);
        }
    }

    // --- for its participants -------------------------------------------------------------------------------------

    RoomServices services() {
        return services;
    }

    Register register() {
        return register;
    }

    /** The kind of a track that may be subscribed to here, wherever it is published. */
    @Nullable
    MediaKind kindOf(String trackId) {
        PublishedTrack track = tracks.get(trackId);
        return track == null ? exchange.kindOf(trackId) : track.kind();
    }

    /** Where the packets of a track that {@link #kindOf} knows come from: whoever asks subscribes at once. */
    TrackRouter routeOf(String trackId) {
        PublishedTrack track = tracks.get(trackId);
        return track == null ? exchange.replicaOf(trackId) : track.router();
    }

    void trackPublished(PublishedTrack track) {
        tracks.put(track.id(), track);
        register.trackPublished(track);
    }

    void trackUnpublished(PublishedTrack track, long nowNs) {
        tracks.remove(track.id());
        exchange.unpublished(track.id());
        register.trackUnpublished(track, nowNs);
    }
}

package dev.parley.sfu.room;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.peer.Ids;
import dev.parley.sfu.peer.PublishedTrack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room: its register of who is in it, what they publish and who speaks, and the order of its events. Owned by one
 * shard, on whose thread everything here runs, and which has its first segment too.
 *
 * <p>A room that outgrows its shard gets further segments on others. They tell this register what happens, and hear of
 * it what they may subscribe to; packets go from segment to segment directly.
 */
public final class RoomState implements Register {
    /** How long a room without participants is kept, so that one who reloads the page finds it as it was. */
    private static final long EMPTY_TIMEOUT_NS = 60_000_000_000L;

    private final String id;
    private final SfuConfig.Limits limits;
    private final RoomServices services;
    private final SegmentPlacement placement;
    private final SegmentState first;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, SegmentMessage.TrackAvailable> tracks = new LinkedHashMap<>();
    private final ActiveSpeakers<String> speakers = new ActiveSpeakers<>();
    private final LoudestSpeakers<String> loudest;
    private long closeWhenEmptyNs = Long.MAX_VALUE;
    private boolean closed;

    /**
     * @param segmentThreshold participants of the room on one shard before another one is used; 0 for never
     */
    public RoomState(SfuConfig.Limits limits, int segmentThreshold, RoomServices services) {
        this.limits = limits;
        this.loudest = new LoudestSpeakers<>(limits.loudestSpeakers(), speakers);
        this.services = services;
        this.id = Ids.room(services.random());
        this.placement = new SegmentPlacement(segmentThreshold, services);
        this.first = new SegmentState(this, services);
    }

    /** The server's id, {@code RM_…}. */
    public String id() {
        return id;
    }

    /** The segment on the room's own shard. */
    public SegmentState firstSegment() {
        return first;
    }

    /** Segments opened so far, the first included. */
    public int segmentCount() {
        return placement.segmentCount();
    }

    /** Lets the room's time begin: one that nobody joins ends as one that all have left. */
    public void opened(long nowNs) {
        closeWhenEmptyNs = nowNs + EMPTY_TIMEOUT_NS;
        services.deadlineMoved();
    }

    // --- membership -----------------------------------------------------------------------------------------------

    /** Takes somebody in, here or in another segment; {@code listener} hears of it, perhaps within this call. */
    public void join(JoinRequest request, JoinListener listener, long nowNs) {
        Member previous = byIdentity(request.identity());
        SfuException refusal = refusal(request, previous);
        if (refusal != null) {
            listener.refused(refusal);
            return;
        }
        if (previous != null) {
            remove(previous, LeaveReason.REPLACED, nowNs);
        }
        String participantId = Ids.participant(services.random());
        closeWhenEmptyNs = Long.MAX_VALUE;
        int segments = placement.segmentCount();
        int segment = placement.choose();
        if (segment >= segments) {
            tracks.values().forEach(track -> services.send(segment, track));
            if (loudest.isLimited()) {
                services.send(segment, new SegmentMessage.Heard(loudest.heard()));
            }
        }
        placement.entered(segment);
        if (segment != first.index()) {
            members.put(participantId, Member.distant(participantId, request, segment, listener));
            services.send(segment, new SegmentMessage.Enter(participantId, request));
            return;
        }
        ParticipantState participant = first.enter(participantId, request);
        members.put(participantId, Member.local(participant, request));
        services.deadlineMoved();
        if (!request.hidden()) {
            services.onEvent(new RoomEvent.ParticipantJoined(participant.info()));
        }
        listener.joined(segment, participantId);
    }

    private @Nullable SfuException refusal(JoinRequest request, @Nullable Member previous) {
        if (closed) {
            return ended();
        }
        if (previous == null && !request.hidden() && participantCount() >= limits.participantsPerRoom()) {
            return new SfuException(
                    SfuException.Code.PARTICIPANT_LIMIT,
                    "the room is full: it takes " + limits.participantsPerRoom() + " participants");
        }
        return null;
    }

    private static SfuException ended() {
        return new SfuException(SfuException.Code.CLOSED, "the room has ended");
    }

    private void onEntered(ParticipantInfo info) {
        Member member = members.get(info.id());
        JoinListener listener = member == null ? null : member.takeJoining();
        if (member == null || listener == null) {
            return; // Removed meanwhile, and refused then.
        }
        member.known(info);
        member.voice(loudest.add(info.id()));
        services.deadlineMoved();
        if (!member.isHidden()) {
            services.onEvent(new RoomEvent.ParticipantJoined(info));
        }
        listener.joined(member.segment(), member.id());
    }

    /** Ends a membership from here; whoever is on another shard is ended there by a message. */
    private void remove(Member member, LeaveReason reason, long nowNs) {
        ParticipantState local = member.local();
        if (local != null) {
            local.leave(reason, nowNs);
            return;
        }
        services.send(member.segment(), new SegmentMessage.Remove(member.id()));
        forget(member, reason, nowNs);
    }

    /** The end of a membership, however it came: the register is told of each once. */
    private void forget(Member member, LeaveReason reason, long nowNs) {
        members.remove(member.id());
        placement.left(member.segment());
        if (member.voice() != null) {
            loudest.remove(member.voice());
        }
        JoinListener joining = member.takeJoining();
        if (joining == null) {
            if (!member.isHidden()) {
                services.onEvent(new RoomEvent.ParticipantLeft(member.id(), reason));
            }
        } else {
            joining.refused(
                    closed
                            ? ended()
                            : new SfuException(SfuException.Code.CLOSED, "the same identity has joined again"));
        }
        if (members.isEmpty()) {
            closeWhenEmptyNs = nowNs + EMPTY_TIMEOUT_NS;
            services.deadlineMoved();
        }
    }

    /** Everybody in the room whom others may see, in the order of joining. */
    public List<ParticipantInfo> participants() {
        List<ParticipantInfo> infos = new ArrayList<>(members.size());
        for (Member member : members.values()) {
            ParticipantInfo info = member.isHidden() ? null : member.info();
            if (info != null) {
                infos.add(info);
            }
        }
        return infos;
    }

    /** Those whom others may see. */
    public int participantCount() {
        int count = 0;
        for (Member member : members.values()) {
            if (!member.isHidden()) {
                count++;
            }
        }
        return count;
    }

    public boolean isClosed() {
        return closed;
    }

    public void close(LeaveReason reason, long nowNs) {
        if (closed) {
            return;
        }
        for (Member member : List.copyOf(members.values())) {
            if (member.local() != null) {
                member.local().leave(reason, nowNs);
            } else {
                forget(member, reason, nowNs);
            }
        }
        closed = true;
        for (int segment = 1; segment < placement.segmentCount(); segment++) {
            services.send(segment, new SegmentMessage.Close());
        }
        services.onEvent(new RoomEvent.RoomClosed());
    }

    private @Nullable Member byIdentity(String identity) {
        for (Member member : members.values()) {
            if (member.identity().equals(identity)) {
                return member;
            }
        }
        return null;
    }

    // --- messages of segments on other shards ---------------------------------------------------------------------

    public void onMessage(int from, SegmentMessage.ToRoom message, long nowNs) {
        if (closed) {
            return;
        }
        switch (message) {
            case SegmentMessage.Entered entered -> onEntered(entered.participant());
            case SegmentMessage.Left left -> {
                Member member = members.get(left.participantId());
                if (member != null) {
                    forget(member, left.reason(), nowNs);
                }
            }
            case SegmentMessage.Updated updated -> {
                Member member = members.get(updated.participant().id());
                if (member != null) {
                    member.known(updated.participant());
                    updated(updated.participant());
                }
            }
            case SegmentMessage.SlotTold told -> {
                if (members.containsKey(told.event().participantId())) {
                    services.onEvent(told.event());
                }
            }
            case SegmentMessage.TrackPublished track ->
                trackPublished(track.trackId(), track.kind(), track.source(), from);
            case SegmentMessage.TrackUnpublished track -> trackUnpublished(track.trackId(), nowNs);
            case SegmentMessage.Levels levels -> {
                levels.levels().forEach(level -> onLevel(level, nowNs));
                tellWhoIsHeard();
            }
        }
    }

    private void onLevel(SegmentMessage.Level level, long nowNs) {
        Member member = members.get(level.participantId());
        if (member != null && member.voice() != null) {
            loudest.levels(member.voice(), level.packets(), level.loudnessDb(), nowNs);
        }
    }

    // --- what the first segment tells -----------------------------------------------------------------------------

    @Override
    public void updated(ParticipantInfo participant) {
        services.onEvent(new RoomEvent.ParticipantUpdated(participant));
    }

    @Override
    public void left(ParticipantState participant, LeaveReason reason, long nowNs) {
        Member member = members.get(participant.id());
        if (member != null) {
            forget(member, reason, nowNs);
        }
    }

    @Override
    public void slotEvent(RoomEvent.OfSlot event) {
        services.onEvent(event);
    }

    @Override
    public void trackPublished(PublishedTrack track) {
        trackPublished(track.id(), track.kind(), track.source(), first.index());
    }

    @Override
    public void trackUnpublished(PublishedTrack track, long nowNs) {
        trackUnpublished(track.id(), nowNs);
    }

    @Override
    public ActiveSpeakers.Source<String> newVoice(String participantId) {
        return loudest.add(participantId);
    }

    @Override
    public boolean level(ActiveSpeakers.Source<String> voice, int attenuationDb, long nowNs) {
        return loudest.level(voice, attenuationDb, nowNs);
    }

    @Override
    public void removeVoice(ActiveSpeakers.Source<String> voice) {
        loudest.remove(voice);
    }

    // --- tracks ---------------------------------------------------------------------------------------------------

    /** Every segment knows of a track before anybody is told, who may then subscribe at once. */
    private void trackPublished(String trackId, MediaKind kind, TrackSource source, int segment) {
        SegmentMessage.TrackAvailable track = new SegmentMessage.TrackAvailable(trackId, kind, source, segment);
        tracks.put(trackId, track);
        tellOthers(segment, track, Long.MIN_VALUE);
    }

    private void trackUnpublished(String trackId, long nowNs) {
        SegmentMessage.TrackAvailable track = tracks.remove(trackId);
        if (track != null) {
            tellOthers(track.segment(), new SegmentMessage.TrackGone(trackId), nowNs);
        }
    }

    private void tellOthers(int owner, SegmentMessage.ToSegment message, long nowNs) {
        if (owner != first.index()) {
            first.onMessage(owner, message, nowNs);
        }
        for (int segment = 1; segment < placement.segmentCount(); segment++) {
            if (segment != owner) {
                services.send(segment, message);
            }
        }
    }

    // --- time -----------------------------------------------------------------------------------------------------

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return closed ? Long.MAX_VALUE : Math.min(closeWhenEmptyNs, speakers.nextDeadlineNs());
    }

    public void onDeadline(long nowNs) {
        if (speakers.update(nowNs)) {
            emitSpeakers();
            tellWhoSpeaks(nowNs);
        }
        loudest.update(nowNs);
        tellWhoIsHeard();
        if (nowNs >= closeWhenEmptyNs) {
            close(LeaveReason.ROOM_CLOSED, nowNs);
        }
    }

    /** Segments drop what the others send; this shard's asks with each packet. */
    private void tellWhoIsHeard() {
        if (loudest.takeChanged()) {
            List<String> heard = placement.segmentCount() > 1 ? loudest.heard() : List.of();
            for (int segment = 1; segment < placement.segmentCount(); segment++) {
                services.send(segment, new SegmentMessage.Heard(heard));
            }
        }
    }

    /** What speakers show is served before what others do. */
    private void tellWhoSpeaks(long nowNs) {
        List<String> trackIds = new ArrayList<>();
        for (ActiveSpeakers.Speaker<String> speaker : speakers.speakers()) {
            Member member = members.get(speaker.key());
            ParticipantInfo info = member == null ? null : member.info();
            if (info != null) {
                info.tracks().forEach(track -> trackIds.add(track.id()));
            }
        }
        first.speaking(trackIds, nowNs);
        for (int segment = 1; segment < placement.segmentCount(); segment++) {
            services.send(segment, new SegmentMessage.Speaking(trackIds));
        }
    }

    private void emitSpeakers() {
        List<RoomEvent.Speaker> current = new ArrayList<>();
        for (ActiveSpeakers.Speaker<String> speaker : speakers.speakers()) {
            current.add(new RoomEvent.Speaker(speaker.key(), speaker.level()));
        }
        services.onEvent(new RoomEvent.SpeakersChanged(current));
    }
}

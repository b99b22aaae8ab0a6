package dev.parley.sfu.room;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.PublishedTrack;
import dev.parley.sfu.peer.Slot;
import dev.parley.sfu.peer.TrackRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A member of a room: its names, its peer and what it publishes. Owned by the room's shard. */
public final class ParticipantState implements PeerObserver {
    private final SegmentState segment;
    private final String id;
    private final String identity;
    private final String name;
    private final boolean hidden;
    private final Peer peer;
    private final ActiveSpeakers.Source<String> voice;
    /** For one whose browser meets another process or library before this peer; else {@code null}. */
    private @Nullable ConnectionState browserState;

    private long version = 1;
    private boolean left;

    ParticipantState(SegmentState segment, String id, JoinRequest request) {
        this.segment = segment;
        this.id = id;
        this.identity = request.identity();
        this.name = request.name();
        this.hidden = request.hidden();
        this.voice = segment.register().newVoice(id);
        this.peer = segment.services().newPeer(this);
    }

    public String id() {
        return id;
    }

    public String identity() {
        return identity;
    }

    /** Whether nobody is told of this participant. */
    boolean isHidden() {
        return hidden;
    }

    public Peer peer() {
        return peer;
    }

    ActiveSpeakers.Source<String> voice() {
        return voice;
    }

    /** As the others see it now. */
    public ParticipantInfo info() {
        List<TrackInfo> tracks = new ArrayList<>();
        for (PublishedTrack track : peer.tracks()) {
            tracks.add(track.info());
        }
        return new ParticipantInfo(id, identity, name, version, connectionState(), tracks);
    }

    /** The worse of the two connections, where there are two. */
    private ConnectionState connectionState() {
        ConnectionState own = peer.state();
        return browserState != null && own == ConnectionState.CONNECTED ? browserState : own;
    }

    /**
     * Tells how the browser's own connection fares, where that is not with this peer but with a native one before it. What
     * the others see is connected when both are.
     */
    public void browserState(ConnectionState newState) {
        if (newState != browserState) {
            browserState = newState;
            changed();
        }
    }

    public Answer answer(Offer offer, long nowNs) {
        requirePresent();
        return peer.answer(offer, nowNs);
    }

    public void subscribe(String slotMid, String trackId, SubscriptionHint hint, long nowNs) {
        requirePresent();
        Slot slot = requireSlot(slotMid);
        MediaKind kind = segment.kindOf(trackId);
        if (kind == null) {
            throw new SfuException(SfuException.Code.TRACK_NOT_FOUND, "no track " + trackId + " in this room");
        }
        if (kind != slot.kind()) {
            throw new SfuException(
                    SfuException.Code.SLOT_NOT_FOUND,
                    "slot " + slotMid + " is for " + slot.kind() + ", but track " + trackId + " is " + kind);
        }
        if (slot.isSubstituted() && trackId.equals(slot.wantedTrackId())) {
            slot.hint(hint, nowNs);
        } else {
            slot.attach(segment.routeOf(trackId), hint, nowNs);
        }
    }

    /**
     * Puts another encoding of a track into the slot that was asked to show it, unless the slot has been given something
     * else meanwhile.
     *
     * @param encodingId the track of a hidden participant, which goes by the name of {@code trackId} towards this one
     * @return whether the slot shows it now
     */
    public boolean substitute(String slotMid, String trackId, String encodingId, long nowNs) {
        Slot slot = left ? null : peer.slot(slotMid);
        if (slot == null || !trackId.equals(slot.wantedTrackId()) || segment.kindOf(encodingId) != slot.kind()) {
            return false;
        }
        slot.substitute(segment.routeOf(encodingId), nowNs);
        return true;
    }

    /** Whether a slot has been asked to show the track. */
    public boolean wants(String slotMid, String trackId) {
        Slot slot = left ? null : peer.slot(slotMid);
        return slot != null && trackId.equals(slot.wantedTrackId());
    }

    /** How large an own track is shown at most; empty when nobody has it in a slot, or all who have it have paused it. */
    public Optional<SubscriptionHint> shown(String trackId) {
        PublishedTrack track = peer.track(trackId);
        return track == null ? Optional.empty() : track.router().shown();
    }

    public void unsubscribe(String slotMid, long nowNs) {
        requirePresent();
        requireSlot(slotMid).detach(nowNs);
    }

    public void hint(String slotMid, SubscriptionHint hint, long nowNs) {
        requirePresent();
        requireSlot(slotMid).hint(hint, nowNs);
    }

    public void mute(String trackId, boolean muted) {
        requirePresent();
        PublishedTrack track = peer.track(trackId);
        if (track == null) {
            throw new SfuException(SfuException.Code.TRACK_NOT_FOUND, "you do not publish a track " + trackId);
        }
        if (track.mute(muted)) {
            changed();
        }
    }

    /** Leaves the room, and ends the connection. Leaving again does nothing. */
    public void leave(LeaveReason reason, long nowNs) {
        segment.leave(this, reason, nowNs);
    }

    /** Whether the participant is still in its room. */
    public boolean isPresent() {
        return !left;
    }

    void markLeft() {
        left = true;
    }

    @Override
    public void connectionChanged(ConnectionState state) {
        changed();
    }

    @Override
    public void trackPublished(PublishedTrack track) {
        segment.trackPublished(track);
        changed();
    }

    @Override
    public void trackChanged(PublishedTrack track) {
        changed();
    }

    @Override
    public void trackUnpublished(PublishedTrack track, long nowNs) {
        segment.trackUnpublished(track, nowNs);
        changed();
    }

    @Override
    public void slotEnded(Slot slot, TrackRouter track, long nowNs) {
        if (left) {
            return;
        }
        String wanted = slot.wantedTrackId();
        if (wanted != null && segment.kindOf(wanted) != null) {
            // Another encoding has ended, and the track itself has not: better what there is than nothing.
            slot.attach(segment.routeOf(wanted), slot.hint(), nowNs);
            return;
        }
        slot.detach(nowNs);
        segment.register()
                .slotEvent(new RoomEvent.SlotEnded(id, slot.mid(), wanted == null ? track.trackId() : wanted));
    }

    @Override
    public void slotUndecodable(Slot slot, String codec) {
        String wanted = slot.wantedTrackId();
        if (!left && wanted != null) {
            segment.register().slotEvent(RoomEvent.SlotUndecodable.of(id, slot.mid(), wanted, codec, slot.codecs()));
        }
    }

    @Override
    public void slotPaused(Slot slot, boolean paused, boolean tooMany) {
        String wanted = slot.wantedTrackId();
        if (!left && wanted != null) {
            RoomEvent.PauseReason reason =
                    tooMany ? RoomEvent.PauseReason.TOO_MANY_TRACKS : RoomEvent.PauseReason.BANDWIDTH;
            segment.register().slotEvent(new RoomEvent.SlotPaused(id, slot.mid(), wanted, paused, reason));
        }
    }

    @Override
    public void encodingsWanted(PublishedTrack track, List<RoomEvent.Encoding> encodings) {
        if (!left) {
            segment.register().slotEvent(new RoomEvent.EncodingsWanted(id, track.mid(), track.id(), encodings));
        }
    }

    /** Why this participant receives what it does. */
    public Explanation explain(long nowNs) {
        requirePresent();
        return peer.explain(id, nowNs);
    }

    @Override
    public boolean audioLevel(PublishedTrack track, int levelDbov, long nowNs) {
        return segment.register().level(voice, levelDbov, nowNs);
    }

    private void changed() {
        if (!left) {
            version++;
            if (!hidden) {
                segment.register().updated(info());
            }
        }
    }

    private Slot requireSlot(String mid) {
        Slot slot = peer.slot(mid);
        if (slot == null) {
            throw new SfuException(
                    SfuException.Code.SLOT_NOT_FOUND, "no receiving media section with mid " + mid + " was negotiated");
        }
        return slot;
    }

    private void requirePresent() {
        if (left) {
            throw new SfuException(SfuException.Code.CLOSED, "participant " + id + " has left the room");
        }
    }
}

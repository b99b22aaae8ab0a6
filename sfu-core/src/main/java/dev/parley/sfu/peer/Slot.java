package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.stream.EgressSettings;
import dev.parley.sfu.stream.EgressStream;
import dev.parley.sfu.stream.IncomingPacket;
import dev.parley.sfu.stream.PayloadFormat;
import dev.parley.sfu.stream.PayloadTypes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receiving media section of a browser: one continuous outgoing stream, into which tracks are put and exchanged
 * without renegotiation. Owned by the shard of the subscriber.
 */
public final class Slot {
    /** A publisher that changes its codec to and fro must not make the server talk as often. */
    private static final long MIN_TELL_NS = 1_000_000_000L;

    private final Peer peer;
    private final Negotiator.SlotIdentity identity;
    private final EgressStream egress;
    private @Nullable TrackRouter track;
    private SubscriptionHint hint = SubscriptionHint.none();
    private PayloadTypes payloadTypes;
    /** The track that was asked for, while another encoding of it is in the slot in its place. */
    private @Nullable String substitutedId;
    /** What the observer was told of last, and how soon it may be told again. */
    private @Nullable PayloadFormat undecodable;

    private long mayTellNs = Long.MIN_VALUE;

    Slot(Peer peer, Negotiator.SlotIdentity identity, NegotiatedSection section, PeerSettings settings) {
        this.peer = peer;
        this.identity = identity;
        this.payloadTypes = PublishedTrack.payloadTypes(section);
        this.egress = new EgressStream(
                new EgressSettings(
                        identity.mid(),
                        identity.kind() == MediaKind.VIDEO,
                        identity.ssrc(),
                        identity.rtxSsrc(),
                        payloadTypes,
                        section.extensions()),
                new BestLayerSelector(),
                peer.sender(),
                settings.drops(),
                settings.random());
    }

    /** The media section's mid, which names the slot. */
    public String mid() {
        return identity.mid();
    }

    public MediaKind kind() {
        return identity.kind();
    }

    String streamId() {
        return identity.streamId();
    }

    int ssrc() {
        return identity.ssrc();
    }

    EgressStream egress() {
        return egress;
    }

    /** The track in the slot, or {@code null} when it is empty. */
    public @Nullable TrackRouter track() {
        return track;
    }

    void negotiated(NegotiatedSection section) {
        payloadTypes = PublishedTrack.payloadTypes(section);
        undecodable = null;
        egress.renegotiated(payloadTypes, section.extensions());
    }

    /** The names of the codecs that may be sent here, in the order of the offer. */
    public List<String> codecs() {
        return payloadTypes.codecNames();
    }

    /** The id of the track that the slot was asked to show, or {@code null} when it is empty. */
    public @Nullable String wantedTrackId() {
        return substitutedId != null || track == null ? substitutedId : track.trackId();
    }

    /** Whether another encoding of the track that was asked for is in the slot. */
    public boolean isSubstituted() {
        return substitutedId != null;
    }

    /** Puts a track into the slot, in place of what was there. */
    public void attach(TrackRouter newTrack, SubscriptionHint newHint, long nowNs) {
        substitutedId = null;
        put(newTrack, nowNs);
        hint(newHint, nowNs);
    }

    /** Puts another encoding of the slot's track into its place. */
    public void substitute(TrackRouter encoding, long nowNs) {
        substitutedId = wantedTrackId();
        put(encoding, nowNs);
    }

    private void put(TrackRouter newTrack, long nowNs) {
        if (track != newTrack) {
            leaveTrack();
            track = newTrack;
            undecodable = null;
            newTrack.addSubscriber(this);
            if (peer.sender().isReady()) {
                egress.source(newTrack.ingress(), nowNs);
            }
        }
    }

    /** Empties the slot. */
    public void detach(long nowNs) {
        substitutedId = null;
        leaveTrack();
        egress.source(null, nowNs);
    }

    /** Tells how the track is shown now. */
    public void hint(SubscriptionHint newHint, long nowNs) {
        hint = newHint;
        egress.paused(hint.paused(), nowNs);
    }

    public SubscriptionHint hint() {
        return hint;
    }

    /** The subscriber can be sent to from now on. Not before, as the keyframe asked for would be sent to nobody. */
    void connected(long nowNs) {
        if (track != null) {
            egress.source(track.ingress(), nowNs);
        }
    }

    /** The subscriber cannot be sent to any more, so there is nothing that it could ask for again. */
    void disconnected() {
        egress.close();
    }

    /** Where the shard's tracks wait for the end of the turn. */
    SendQueue queue() {
        return peer.sender().queue();
    }

    /** The track has packets, which {@link #forwardPending} is to fetch together with those of the peer's other slots. */
    void ready() {
        peer.readySlots().add(this);
    }

    void forwardPending() {
        if (track != null) {
            track.fetchTo(this);
        }
    }

    /** Sends the first {@code count} packets, of the track and in order, on. */
    void forward(IncomingPacket[] packets, int count, long nowNs) {
        if (!peer.sender().isReady()) {
            return;
        }
        egress.forward(packets, count);
        if (egress.nextDeadlineNs() <= nowNs) {
            peer.reporter().senderReportDue(nowNs);
        }
        PayloadFormat unmatched = egress.unmatchedFormat();
        if (unmatched != null && nowNs >= mayTellNs && !unmatched.equals(undecodable)) {
            mayTellNs = nowNs + MIN_TELL_NS;
            undecodable = unmatched;
            peer.observer().slotUndecodable(this, unmatched.codec().encodingName());
        } else if (unmatched == null) {
            undecodable = null;
        }
    }

    /** The publisher has ended the track; it has forgotten this slot already. */
    void trackEnded(TrackRouter ended, long nowNs) {
        track = null;
        egress.source(null, nowNs);
        peer.observer().slotEnded(this, ended, nowNs);
    }

    void close() {
        leaveTrack();
        egress.close();
        peer.sender().forget(egress.ssrc());
        peer.sender().forget(egress.rtxSsrc());
    }

    private void leaveTrack() {
        if (track != null) {
            TrackRouter left = track;
            track = null;
            left.removeSubscriber(this);
        }
    }
}

package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.stream.EgressSettings;
import dev.parley.sfu.stream.EgressStream;
import dev.parley.sfu.stream.IncomingPacket;
import org.jspecify.annotations.Nullable;

/**
 * A receiving media section of a browser: one continuous outgoing stream, into which tracks are put and exchanged
 * without renegotiation. Owned by the shard of the subscriber.
 */
public final class Slot {
    private final Peer peer;
    private final Negotiator.SlotIdentity identity;
    private final EgressStream egress;
    private @Nullable TrackRouter track;
    private SubscriptionHint hint = SubscriptionHint.none();

    Slot(Peer peer, Negotiator.SlotIdentity identity, NegotiatedSection section, PeerSettings settings) {
        this.peer = peer;
        this.identity = identity;
        this.egress = new EgressStream(
                new EgressSettings(
                        identity.mid(),
                        identity.kind() == MediaKind.VIDEO,
                        identity.ssrc(),
                        identity.rtxSsrc(),
                        PublishedTrack.payloadTypes(section),
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
        egress.renegotiated(PublishedTrack.payloadTypes(section), section.extensions());
    }

    /** Puts a track into the slot, in place of what was there. */
    public void attach(TrackRouter newTrack, SubscriptionHint newHint, long nowNs) {
        if (track != newTrack) {
            leaveTrack();
            track = newTrack;
            newTrack.addSubscriber(this);
            if (peer.sender().isReady()) {
                egress.source(newTrack.ingress(), nowNs);
            }
        }
        hint(newHint, nowNs);
    }

    /** Empties the slot. */
    public void detach(long nowNs) {
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
            track.forwardTo(this);
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
    }

    /** The publisher has ended the track; it has forgotten this slot already. */
    void trackEnded(TrackRouter ended, long nowNs) {
        track = null;
        egress.source(null, nowNs);
        peer.observer().slotEnded(this, ended);
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

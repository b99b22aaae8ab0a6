package dev.parley.sfu.peer;

import dev.parley.sfu.Explanation;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.layers.AllocatedLayerSelector;
import dev.parley.sfu.layers.TrackDemand;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.stream.EgressSettings;
import dev.parley.sfu.stream.EgressStream;
import dev.parley.sfu.stream.IncomingPacket;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.KeyframeListener;
import dev.parley.sfu.stream.PayloadFormat;
import dev.parley.sfu.stream.PayloadTypes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A receiving media section of a browser: one continuous outgoing stream, into which tracks are put and exchanged
 * without renegotiation. Owned by the shard of the subscriber.
 */
public final class Slot {
    /** A publisher that changes its codec to and fro must not make the server talk as often. */
    private static final long MIN_TELL_NS = 1_000_000_000L;

    private final Peer peer;
    private final MediaSender sender;
    private final Negotiator.SlotIdentity identity;
    private final AllocatedLayerSelector selector = new AllocatedLayerSelector();
    private final TrackDemand demand = new TrackDemand();
    private final EgressStream egress;
    private @Nullable TrackRouter track;
    private SubscriptionHint hint = SubscriptionHint.none();
    private PayloadTypes payloadTypes;
    /** The track that was asked for, while another encoding of it is in the slot in its place. */
    private @Nullable String substitutedId;
    /** What the observer was told of last, and how soon it may be told again. */
    private @Nullable PayloadFormat undecodable;

    private long mayTellNs = Long.MIN_VALUE;

    /** Whether the allocation has nothing for this slot, of which the observer has been told. */
    private boolean pausedByServer;
    /** What has happened to the slot since the last allocation, or {@code NONE}. */
    private Decision.Cause change = Decision.Cause.NONE;

    /** Why it gets what it does. */
    private Decision.Cause cause = Decision.Cause.SUBSCRIBED;

    private int seenLayerChanges;
    /** When the last request for a keyframe that was noted is sent. */
    private long notedRequestNs = Long.MIN_VALUE;

    private int allocatedHeightPx;
    private int allocatedWidthPx;
    private long allocatedBps;

    Slot(Peer peer, Negotiator.SlotIdentity identity, NegotiatedSection section, PeerSettings settings) {
        this.peer = peer;
        this.sender = peer.sender();
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
                selector,
                sender,
                settings.drops(),
                settings.random());
        egress.keyframeListener(this::keyframeAsked);
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
        hint = newHint;
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
            demand.reset();
            selector.reset();
            resumed(nowNs);
            change = Decision.Cause.SUBSCRIBED;
            if (peer.sender().isReady()) {
                peer.allocation().allocate(nowNs);
                egress.source(newTrack.ingress(), nowNs);
            }
        }
    }

    /** Empties the slot. */
    public void detach(long nowNs) {
        substitutedId = null;
        leaveTrack();
        peer.allocation().changed(nowNs);
        egress.source(null, nowNs);
    }

    /** Tells how the track is shown now. */
    public void hint(SubscriptionHint newHint, long nowNs) {
        boolean changed = !newHint.equals(hint);
        hint = newHint;
        egress.paused(hint.paused() || pausedByServer, nowNs);
        if (changed) {
            demand.forgetHold();
            change = change == Decision.Cause.SUBSCRIBED ? change : Decision.Cause.HINT;
            peer.allocation().changed(nowNs);
        }
    }

    public SubscriptionHint hint() {
        return hint;
    }

    /** The subscriber can be sent to from now on. Not before, as the keyframe asked for would be sent to nobody. */
    void connected(long nowNs) {
        if (track != null) {
            peer.allocation().allocate(nowNs);
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
        if (!sender.isReady()) {
            return;
        }
        egress.forward(packets, count);
        if (egress.layerChanges() != seenLayerChanges) {
            layersChanged(nowNs);
        }
        if (egress.nextDeadlineNs() <= nowNs) {
            peer.reporter().senderReportDue(nowNs);
        }
        PayloadFormat unmatched = egress.unmatchedFormat();
        if (unmatched != null && nowNs >= mayTellNs && !unmatched.equals(undecodable)) {
            mayTellNs = nowNs + MIN_TELL_NS;
            undecodable = unmatched;
            peer.observer().slotUndecodable(this, unmatched.codec().encodingName());
        } else if (unmatched == null && undecodable != null) {
            undecodable = null;
        }
    }

    // --- allocation -------------------------------------------------------------------------------------------------

    /** What was taken away lately was taken for no reason. */
    void forgetHold() {
        demand.forgetHold();
    }

    /** Something about the track, and not about this slot, has changed. */
    void trackChanged(long nowNs) {
        peer.allocation().changed(nowNs);
    }

    /** Whether the slot is given this encoding of its track, or waits for it. */
    boolean takes(IngressStream stream) {
        return !hint.paused()
                && !pausedByServer
                && (egress.targetLayer() == stream || egress.currentLayer() == stream || selector.isFor(stream));
    }

    /** What arrives of the track, for a slot that gets all of it; nothing while others are heard in its place. */
    long sourceBps(long nowNs) {
        TrackRouter source = track;
        if (source == null || !source.isHeard()) {
            return 0;
        }
        long bps = 0;
        for (int i = 0; i < source.ingress().layers().size(); i++) {
            bps += source.ingress().layers().get(i).bitrateBps(nowNs);
        }
        return bps;
    }

    /** What the slot would like; only while there is a track. */
    TrackDemand demand(long nowNs) {
        TrackRouter source = Objects.requireNonNull(track);
        demand.rank(source.isScreen(), hint.priority(), source.isSpeaking(), hint.widthPx(), hint.heightPx());
        demand.wanted(!hint.paused());
        demand.ladder(source.ingress().layers(), hint.widthPx(), hint.heightPx(), hint.maxFramesPerSecond(), nowNs);
        return demand;
    }

    /** Whether anything is known of what there is of the track, when {@link #demand} was built last. */
    boolean hasSteps() {
        return demand.hasSteps();
    }

    /** Takes what the allocation has for it; true if that is not what it was. */
    boolean allocated(DownlinkAllocation allocation, long nowNs) {
        boolean nothing = demand.hasSteps() && demand.isPaused() && !hint.paused();
        boolean lower = demand.bitrateBps() < allocatedBps;
        boolean differs = false;
        if (!demand.isPaused()) {
            IngressStream layer =
                    Objects.requireNonNull(track).ingress().layers().get(demand.encoding());
            differs = selector.allocate(layer, demand.spatialId(), demand.temporalId());
        }
        if (differs || nothing != pausedByServer) {
            cause = change != Decision.Cause.NONE
                    ? change
                    : demand.isExcess() ? Decision.Cause.LAST_N : allocation.cause(lower);
            noteAllocation(allocation, nothing, nowNs);
        }
        change = Decision.Cause.NONE;
        if (differs || nothing != pausedByServer) {
            Objects.requireNonNull(track).takenChanged(nowNs);
        }
        if (nothing != pausedByServer) {
            pausedByServer = nothing;
            egress.paused(hint.paused() || nothing, nowNs);
            peer.observer().slotPaused(this, nothing, demand.isExcess());
            return true;
        }
        if (differs && peer.sender().isReady()) {
            egress.reselect(nowNs);
        }
        return differs;
    }

    private void noteAllocation(DownlinkAllocation allocation, boolean nothing, long nowNs) {
        Decision.Kind kind =
                nothing ? Decision.Kind.PAUSE : pausedByServer ? Decision.Kind.RESUME : Decision.Kind.ALLOCATION;
        Decision decision = note(allocation, kind, cause, nowNs);
        decision.fromWidthPx = allocatedWidthPx;
        decision.fromHeightPx = allocatedHeightPx;
        decision.fromBps = allocatedBps;
        allocatedWidthPx = demand.widthPx();
        allocatedHeightPx = demand.heightPx();
        allocatedBps = demand.bitrateBps();
        decision.toWidthPx = allocatedWidthPx;
        decision.toHeightPx = allocatedHeightPx;
        decision.toFramesPerSecond = (int) Math.round(demand.framesPerSecond(nowNs));
        decision.toBps = allocatedBps;
    }

    private Decision note(DownlinkAllocation allocation, Decision.Kind kind, Decision.Cause why, long nowNs) {
        Decision decision = allocation.note(kind, why, nowNs);
        decision.mid = mid();
        decision.trackId = track == null ? null : wantedTrackId();
        return decision;
    }

    /** Of those who wait for one request of a keyframe, the first is noted. */
    private void keyframeAsked(KeyframeListener.Reason reason, long sentNs, long nowNs) {
        if (sentNs != notedRequestNs) {
            notedRequestNs = sentNs;
            Decision.Cause why = switch (reason) {
                case FIRST_PICTURE -> Decision.Cause.FIRST_PICTURE;
                case LAYERS -> Decision.Cause.LAYERS;
                case LATE_START -> Decision.Cause.LATE_START;
                case RECEIVER -> Decision.Cause.RECEIVER;
            };
            note(peer.allocation(), Decision.Kind.KEYFRAME_REQUEST, why, nowNs).waitNs = sentNs - nowNs;
        }
    }

    /** What had been decided has taken effect, or the source has been changed. */
    private void layersChanged(long nowNs) {
        seenLayerChanges = egress.layerChanges();
        IngressStream layer = egress.currentLayer();
        if (kind() == MediaKind.VIDEO && layer != null) {
            Decision decision = note(peer.allocation(), Decision.Kind.SWITCH, Decision.Cause.KEYFRAME, nowNs);
            Explanation.Quality sent = sent(layer, nowNs);
            decision.toWidthPx = sent.widthPx();
            decision.toHeightPx = sent.heightPx();
            decision.toFramesPerSecond = sent.framesPerSecond();
            decision.toBps = sent.bitrateBps();
        }
    }

    private Explanation.Quality sent(IngressStream layer, long nowNs) {
        int spatialId = Math.min(egress.spatialLayer(), layer.maxSpatialId());
        int temporalId = Math.min(egress.temporalLayer(), layer.maxTemporalId());
        return new Explanation.Quality(
                layer.widthPx(spatialId),
                layer.heightPx(spatialId),
                (int) Math.round(layer.framesPerSecond(temporalId, nowNs)),
                layer.bitrateBps(spatialId, temporalId, nowNs));
    }

    Explanation.Slot explain(DownlinkAllocation allocation, long nowNs) {
        IngressStream layer = egress.currentLayer();
        String state = hint.paused()
                ? "paused-by-client"
                : pausedByServer ? "paused-by-server" : layer == null ? "waiting" : "forwarded";
        Decision why = new Decision();
        why.cause = cause;
        allocation.figures(why);
        return new Explanation.Slot(
                mid(),
                Objects.requireNonNullElse(wantedTrackId(), ""),
                state,
                layer == null || !state.equals("forwarded") ? Explanation.Quality.NONE : sent(layer, nowNs),
                new Explanation.Quality(allocatedWidthPx, allocatedHeightPx, 0, allocatedBps),
                hint.widthPx(),
                hint.heightPx(),
                Sentences.because(why));
    }

    private void resumed(long nowNs) {
        pausedByServer = false;
        allocatedWidthPx = 0;
        allocatedHeightPx = 0;
        allocatedBps = 0;
        egress.paused(hint.paused(), nowNs);
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
            selector.reset();
        }
    }
}

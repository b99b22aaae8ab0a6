package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.VideoLayersAllocation;
import dev.parley.sfu.sdp.Msid;
import dev.parley.sfu.sdp.NegotiatedCodec;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.IngressSettings;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.PayloadFormat;
import dev.parley.sfu.stream.PayloadTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a browser publishes in one media section. It has one {@link IngressStream}, or one a simulcast layer, whose
 * packets a {@link TrackRouter} takes on. Owned by the shard.
 */
public final class PublishedTrack implements IngressStream.Listener {
    /** Layers of one track that are forwarded; browsers send at most three. */
    static final int MAX_STREAMS = 4;

    private static final long MIN_CHANGE_NS = 1_000_000_000L;

    private final Peer peer;
    private final String id;
    private final MediaKind kind;
    private final TrackSource source;
    private final String mid;
    private final String clientTrackId;
    private final TrackRouter router;
    private NegotiatedSection section;
    private PayloadTypes payloadTypes;
    private @Nullable Codec codec;
    private long codecChangedNs;
    private boolean muted;
    private final SentLayers sentLayers = new SentLayers(this);

    PublishedTrack(Peer peer, String id, MediaKind kind, TrackSource source, NegotiatedSection section) {
        this.peer = peer;
        this.id = id;
        this.kind = kind;
        this.source = source;
        this.mid = section.mid();
        this.clientTrackId = clientTrackId(section);
        this.router = new TrackRouter(id, kind, source, () -> {}, this::checkSentLayers);
        this.section = section;
        this.payloadTypes = payloadTypes(section);
    }

    /** The id that the publisher gave the track; publications are told apart by it and the mid. */
    private static String clientTrackId(NegotiatedSection section) {
        Msid msid = section.msid();
        return msid == null || msid.trackId().isEmpty() ? section.mid() : msid.trackId();
    }

    static PayloadTypes payloadTypes(NegotiatedSection section) {
        List<PayloadFormat> formats = new ArrayList<>();
        for (NegotiatedCodec codec : section.codecs()) {
            formats.add(PayloadFormat.of(
                    codec.payloadType(), codec.rtxPayloadType(), codec.codec(), codec.clockRate(), codec.parameters()));
        }
        return new PayloadTypes(formats);
    }

    boolean isSameAs(NegotiatedSection other) {
        return mid.equals(other.mid())
                && clientTrackId.equals(clientTrackId(other))
                && kind == Negotiator.kindOf(other.kind());
    }

    void negotiated(NegotiatedSection newSection) {
        section = newSection;
        payloadTypes = payloadTypes(newSection);
        for (IngressStream stream : streams()) {
            stream.renegotiated(settings(stream.ssrc(), stream.rid()));
            router.streamChanged(stream);
        }
    }

    public String id() {
        return id;
    }

    public String mid() {
        return mid;
    }

    public TrackSource source() {
        return source;
    }

    public MediaKind kind() {
        return kind;
    }

    NegotiatedSection section() {
        return section;
    }

    PayloadTypes payloadTypes() {
        return payloadTypes;
    }

    /** As the room sees it now. */
    public TrackInfo info() {
        Codec current = codec == null ? told(section.codecs().getFirst().codec()) : codec;
        return new TrackInfo(id, clientTrackId, mid, kind, source, current.encodingName(), section.rids(), muted);
    }

    /** Notes the publisher's mute; false if nothing has changed. */
    public boolean mute(boolean nowMuted) {
        boolean changed = muted != nowMuted;
        muted = nowMuted;
        return changed;
    }

    // --- streams --------------------------------------------------------------------------------------------------

    /** Where its packets go. */
    public TrackRouter router() {
        return router;
    }

    /** The layers that have been seen, in no particular order. */
    List<IngressStream> streams() {
        return router.ingress().layers();
    }

    @Nullable
    IngressStream stream(@Nullable String rid) {
        for (IngressStream stream : streams()) {
            if (Objects.equals(stream.rid(), rid)) {
                return stream;
            }
        }
        return null;
    }

    /** Makes the stream of a newly seen SSRC; one of the same layer is replaced, since a layer has one at a time. */
    IngressStream open(int ssrc, @Nullable String rid) {
        IngressStream previous = stream(rid);
        if (previous != null) {
            router.ingress().remove(previous);
        }
        IngressStream stream = new IngressStream(settings(ssrc, rid), peer.publisherClock(), this);
        router.ingress().add(stream);
        router.streamChanged(stream);
        sentLayers.opened();
        peer.deadlineMoved();
        return stream;
    }

    private IngressSettings settings(int ssrc, @Nullable String rid) {
        boolean nack = section.codecs().stream().anyMatch(NegotiatedCodec::nack);
        return new IngressSettings(ssrc, kind == MediaKind.VIDEO, rid, nack, payloadTypes, section.extensions());
    }

    /** When {@link #checkSentLayers} is to be called. */
    long nextDeadlineNs() {
        return sentLayers.nextDeadlineNs();
    }

    /** Tells the publisher if it need send fewer encodings, or more again. */
    void checkSentLayers(long nowNs) {
        if (sentLayers.check(nowNs)) {
            peer.observer().encodingsWanted(this, sentLayers.encodings());
        }
    }

    /** Another segment needs a keyframe of the stream. */
    public void requestKeyframe(int ssrc, long nowNs) {
        for (IngressStream stream : streams()) {
            if (stream.ssrc() == ssrc) {
                stream.requestKeyframe(nowNs);
            }
        }
    }

    // --- routing --------------------------------------------------------------------------------------------------

    @Override
    public void onPacket(IngressStream stream, RtpPacket packet, long nowNs) {
        if (stream.audioLevel() >= 0) {
            router.heard(peer.observer().audioLevel(this, stream.audioLevel(), nowNs), nowNs);
        }
        Codec seen = told(stream.format().codec());
        if (seen != codec) {
            codecSeen(seen, nowNs);
        }
        if (router.isHeard()) {
            router.forward(stream, packet, nowNs);
        } else {
            peer.drops().count(DropReason.NOT_AMONG_LOUDEST);
        }
    }

    /** Redundant audio is told of as what its blocks hold, as which everybody can have it. */
    private static Codec told(Codec sent) {
        return sent == Codec.RED ? Codec.OPUS : sent;
    }

    /** Notes what the publisher sends now; one that goes to and fro packet by packet is told of once a second. */
    private void codecSeen(Codec seen, long nowNs) {
        if (codec == null && seen == told(section.codecs().getFirst().codec())) {
            codec = seen;
            codecChangedNs = nowNs - MIN_CHANGE_NS;
        } else if (codec == null || nowNs - codecChangedNs >= MIN_CHANGE_NS) {
            codec = seen;
            codecChangedNs = nowNs;
            peer.observer().trackChanged(this);
        }
    }

    @Override
    public void allocated(IngressStream stream, VideoLayersAllocation allocation) {
        router.ingress().allocated(allocation);
    }

    @Override
    public void deadlineMoved(IngressStream stream, long nowNs) {
        peer.reporter().wanted(stream, nowNs);
    }

    /** Ends the track: its subscribers are detached and told. */
    void close(long nowNs) {
        router.close(nowNs);
    }
}

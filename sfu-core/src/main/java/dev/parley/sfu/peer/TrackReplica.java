package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.VideoLayersAllocation;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.IngressSettings;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.PublisherClock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A track that is published on another shard, for the slots on this one. Its streams read the same packets as those of
 * the publisher's shard, so layers, keyframes and picture ids are known here too; losses and reports stay the affair
 * of the origin. Owned by the subscribers' shard.
 */
public final class TrackReplica implements IngressStream.Listener {
    /** The publisher's segment, as its replica sees it. */
    public interface Origin {
        /** A keyframe is wanted of the stream; the origin gathers these from all segments. */
        void keyframeWanted(int ssrc);

        /** Nobody here watches any more. */
        void unused();
    }

    private final Origin origin;
    private final TrackRouter router;
    private final RtpPacket rtp = new RtpPacket();
    private final PublisherClock publisherClock = new PublisherClock();

    public TrackReplica(String trackId, MediaKind kind, TrackSource source, Origin origin) {
        this.origin = origin;
        this.router = new TrackRouter(trackId, kind, source, origin::unused, nowNs -> {});
    }

    public TrackRouter router() {
        return router;
    }

    /** A stream is new in the track, or was negotiated anew. One of the same layer is replaced. */
    public void streamChanged(IngressSettings settings) {
        // Losses are repaired where the publisher is.
        IngressSettings here = settings.withoutNack();
        IngressStream known = stream(settings.ssrc());
        if (known != null) {
            known.renegotiated(here);
            return;
        }
        for (IngressStream stream : router.ingress().layers()) {
            if (Objects.equals(stream.rid(), settings.rid())) {
                router.ingress().remove(stream);
                break;
            }
        }
        router.ingress().add(new IngressStream(here, publisherClock, this));
    }

    /** A decrypted packet of one of the streams. Borrowed. Tells why it went no further, or {@code null}. */
    public @Nullable DropReason onPacket(PacketBuffer packet, long nowNs) {
        if (!rtp.wrap(packet) || !rtp.refreshPayload()) {
            return DropReason.RTP_MALFORMED;
        }
        IngressStream stream = stream(rtp.ssrc());
        // Stragglers of a stream that was replaced.
        return stream == null ? DropReason.RTP_UNKNOWN_SSRC : stream.onRtp(rtp, nowNs);
    }

    /** The publisher's clock as the origin knows it, which has heard its reports. */
    public void clockMoved(int ssrc, int clockRateHz, long reportNtp, int reportTimestamp, long offsetNs) {
        IngressStream stream = stream(ssrc);
        if (stream != null) {
            stream.adoptClock(clockRateHz, reportNtp, reportTimestamp, offsetNs);
        }
    }

    public void streamPaused(int ssrc) {
        IngressStream stream = stream(ssrc);
        if (stream != null) {
            stream.onBye();
        }
    }

    /** The publisher has ended the track: its slots here are emptied and told. */
    public void close(long nowNs) {
        router.close(nowNs);
    }

    @Override
    public void onPacket(IngressStream stream, RtpPacket packet, long nowNs) {
        router.forward(stream, packet, nowNs);
        deadlineMoved(stream, nowNs);
    }

    @Override
    public void allocated(IngressStream stream, VideoLayersAllocation allocation) {
        router.ingress().allocated(allocation);
    }

    /**
     * Passes the request on if it is time for one. What comes too early is seen again with the stream's next packet;
     * a stream without packets has no keyframe to give.
     */
    @Override
    public void deadlineMoved(IngressStream stream, long nowNs) {
        if (stream.takeKeyframeRequest(nowNs)) {
            origin.keyframeWanted(stream.ssrc());
        }
    }

    private @Nullable IngressStream stream(int ssrc) {
        for (int i = 0; i < router.ingress().layers().size(); i++) {
            IngressStream stream = router.ingress().layers().get(i);
            if (stream.ssrc() == ssrc) {
                return stream;
            }
        }
        return null;
    }
}

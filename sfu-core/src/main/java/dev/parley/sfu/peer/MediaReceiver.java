package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.TransportSequenceNumber;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.sdp.OfferedSsrc;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SsrcMap;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.IngressStream;
import org.jspecify.annotations.Nullable;

/**
 * The first steps of the media path for one peer: tell RTP from RTCP, decrypt once, find the stream. SSRCs that the
 * offer has not announced are learned from the mid, rid and repaired-rid extensions (RFC 8843 §9.2, RFC 8852). Owned by
 * the shard.
 */
final class MediaReceiver {
    /** Far more than a browser uses; bounds what an authenticated but hostile client can make us keep. */
    private static final int MAX_SSRCS = 256;

    private final Peer peer;
    private final MediaCounters media;
    private final Reporter reporter;
    private final FeedbackReceiver feedback;
    private final RtpPacket rtp = new RtpPacket();
    private final SsrcMap<Binding> bindings = new SsrcMap<>(MAX_SSRCS);
    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private @Nullable SrtpReceiver srtp;

    /** What an SSRC stands for. */
    private record Binding(int ssrc, PublishedTrack track, IngressStream stream) {
        boolean isRtx() {
            return ssrc != stream.ssrc();
        }

        /** Whether another SSRC has taken its place. */
        boolean isReplaced() {
            return track.stream(stream.rid()) != stream || (isRtx() && stream.rtxSsrc() != ssrc);
        }
    }

    MediaReceiver(Peer peer, PeerSettings settings, Reporter reporter) {
        this.peer = peer;
        this.media = settings.media();
        this.reporter = reporter;
        this.feedback = new FeedbackReceiver(peer, this, reporter, settings);
    }

    void secure(SrtpReceiver receiver) {
        if (srtp != null) {
            srtp.close();
        }
        srtp = receiver;
    }

    void negotiated(NegotiatedSession session) {
        extensions = session.extensions();
    }

    /** Binds the SSRCs that the track's section names. */
    void announced(PublishedTrack track) {
        if (!track.section().rids().isEmpty()) {
            return;
        }
        for (OfferedSsrc offered : track.section().ssrcs()) {
            Binding bound = bindings.get(offered.ssrc());
            if ((bound == null || bound.track() != track) && hasRoom()) {
                IngressStream stream = bind(track, offered.ssrc(), null);
                if (offered.rtxSsrc() != 0 && hasRoom()) {
                    bindRtx(track, stream, offered.rtxSsrc());
                }
            }
            // One stream a track without rids: later lines are of sources that a browser no longer sends.
            break;
        }
    }

    /**
     * Frees the SSRCs of a track that has ended. Their SRTP state stays: a browser that publishes again under the same
     * SSRC goes on with its rollover counter (RFC 3711 §3.2.3), which could not be guessed anew.
     */
    void forget(PublishedTrack track) {
        bindings.removeIf(binding -> binding.track() == track);
        track.streams().forEach(reporter::forget);
    }

    @Nullable
    DropReason onPacket(PacketBuffer packet, long nowNs) {
        SrtpReceiver receiver = srtp;
        if (receiver == null) {
            return DropReason.UNEXPECTED_STATE;
        }
        // RFC 5761 §4: RTCP types are 192 to 223 where RTP has marker and payload type.
        boolean isRtcp = packet.length() > 1 && packet.u8(1) >= 192 && packet.u8(1) <= 223;
        int size = packet.length();
        DropReason reason = isRtcp ? onRtcp(receiver, packet, nowNs) : onRtp(receiver, packet, nowNs);
        if (reason == null) {
            media.packetsIn().increment();
            media.bytesIn().add(size);
        }
        return reason;
    }

    private @Nullable DropReason onRtcp(SrtpReceiver receiver, PacketBuffer packet, long nowNs) {
        DropReason refused = receiver.unprotectRtcp(packet);
        return refused != null ? refused : feedback.onRtcp(packet, nowNs);
    }

    private @Nullable DropReason onRtp(SrtpReceiver receiver, PacketBuffer packet, long nowNs) {
        if (!rtp.wrap(packet)) {
            return DropReason.RTP_MALFORMED;
        }
        DropReason refused = receiver.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
        if (refused != null) {
            return refused;
        }
        if (!rtp.refreshPayload()) {
            return DropReason.RTP_MALFORMED;
        }
        int transportSequence = TransportSequenceNumber.read(rtp, extensions.id(RtpExtension.TRANSPORT_CC));
        if (transportSequence >= 0) {
            reporter.arrived(transportSequence, rtp.ssrc(), packet.length(), nowNs);
        }
        Binding binding = bindings.get(rtp.ssrc());
        if (binding == null) {
            binding = learn();
            if (binding == null) {
                return DropReason.RTP_UNKNOWN_SSRC;
            }
        }
        IngressStream stream = binding.stream();
        DropReason reason = binding.isRtx() ? stream.onRtx(rtp, nowNs) : stream.onRtp(rtp, nowNs);
        reporter.wanted(stream, nowNs);
        return reason;
    }

    // --- learning -------------------------------------------------------------------------------------------------

    private @Nullable Binding learn() {
        PublishedTrack track = findTrack();
        if (track == null || !hasRoom()) {
            return null;
        }
        int ssrc = rtp.ssrc();
        String repaired = rtp.extensionText(extensions.id(RtpExtension.REPAIRED_RID));
        if (repaired != null) {
            IngressStream stream = track.stream(repaired);
            return stream == null ? null : bindRtx(track, stream, ssrc);
        }
        if (track.payloadTypes().originalOf(rtp.payloadType()) >= 0) {
            IngressStream only = track.streams().size() == 1 ? track.streams().getFirst() : null;
            return only == null ? null : bindRtx(track, only, ssrc);
        }
        if (track.payloadTypes().format(rtp.payloadType()) == null) {
            return null;
        }
        String rid = rtp.extensionText(extensions.id(RtpExtension.RID));
        boolean isLayer = rid != null && track.section().rids().contains(rid);
        if (track.section().rids().isEmpty() == isLayer) {
            return null;
        }
        bind(track, ssrc, isLayer ? rid : null);
        return bindings.get(ssrc);
    }

    /** By mid where it is sent; else by payload type, if that is of one track only (RFC 8843 §9.2). */
    private @Nullable PublishedTrack findTrack() {
        String mid = rtp.extensionText(extensions.id(RtpExtension.MID));
        if (mid != null) {
            return peer.trackByMid(mid);
        }
        PublishedTrack found = null;
        for (PublishedTrack track : peer.tracks()) {
            boolean takes = track.payloadTypes().format(rtp.payloadType()) != null
                    || track.payloadTypes().originalOf(rtp.payloadType()) >= 0;
            if (takes && found != null) {
                return null;
            }
            if (takes) {
                found = track;
            }
        }
        return found;
    }

    private IngressStream bind(PublishedTrack track, int ssrc, @Nullable String rid) {
        IngressStream previous = track.stream(rid);
        if (previous != null) {
            // The publisher has started the layer again under another SSRC. The old one stays bound to the old stream,
            // so that its stragglers do not count as yet another start.
            reporter.forget(previous);
        }
        IngressStream stream = track.open(ssrc, rid);
        put(new Binding(ssrc, track, stream));
        reporter.opened(stream);
        return stream;
    }

    private Binding bindRtx(PublishedTrack track, IngressStream stream, int rtxSsrc) {
        stream.rtxSsrc(rtxSsrc);
        Binding binding = new Binding(rtxSsrc, track, stream);
        put(binding);
        return binding;
    }

    private void put(Binding binding) {
        bindings.remove(binding.ssrc());
        bindings.put(binding.ssrc(), binding);
    }

    /** Whether one more SSRC can be bound, for which those that were replaced have to go. */
    private boolean hasRoom() {
        if (bindings.isFull()) {
            bindings.removeIf(Binding::isReplaced);
        }
        return !bindings.isFull();
    }

    @Nullable
    IngressStream stream(int ssrc) {
        Binding binding = bindings.get(ssrc);
        return binding == null || binding.isRtx() ? null : binding.stream();
    }

    /** The publisher says that an SSRC has ended (RFC 3550 §6.6). */
    void bye(int ssrc) {
        Binding binding = bindings.get(ssrc);
        if (binding != null && !binding.isRtx()) {
            binding.stream().onBye();
            binding.track().router().streamPaused(binding.stream());
        }
    }

    /** Wipes the keys: nothing more is taken until there are others. */
    void unsecure() {
        if (srtp != null) {
            srtp.close();
            srtp = null;
        }
    }
}

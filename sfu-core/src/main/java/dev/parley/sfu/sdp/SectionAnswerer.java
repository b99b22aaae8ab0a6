package dev.parley.sfu.sdp;

import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers one section of an offer. Used by one thread. */
final class SectionAnswerer {
    /** Any but 0 does: the port is ICE's business (RFC 9429 §5.3.1). */
    private static final int DUMMY_PORT = 9;

    /** RFC 9429 §5.1.2 with DTLS; what stands before RTP may be UDP or TCP. */
    private static final Set<String> PROTOCOLS = Set.of("UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF", "RTP/SAVPF");

    private final MediaSection offered;
    private final @Nullable MediaPlan plan;
    private final Direction direction;
    private final ExtensionNegotiation extensions;
    private final CodecNegotiation codecs;
    private final SimulcastNegotiation simulcast;
    private final boolean accepted;

    SectionAnswerer(MediaSection offered, @Nullable MediaPlan plan) {
        this.offered = offered;
        this.plan = plan;
        Direction wanted = plan == null ? Direction.INACTIVE : plan.direction();
        this.direction = wanted.answering(offered.direction());
        this.extensions = new ExtensionNegotiation(offered, direction);
        this.codecs = new CodecNegotiation(offered, extensions.has(RtpExtension.TRANSPORT_CC));
        this.accepted = !offered.isRejected()
                && offered.kind().isRtp()
                && PROTOCOLS.contains(offered.protocol())
                && !codecs.codecs().isEmpty();
        // Without these two extensions nothing would tell the streams apart.
        boolean separable = extensions.has(RtpExtension.MID) && extensions.has(RtpExtension.RID);
        this.simulcast = SimulcastNegotiation.of(offered, codecs, accepted && direction.receives() && separable);
    }

    MediaSection offered() {
        return offered;
    }

    boolean isAccepted() {
        return accepted;
    }

    ExtensionNegotiation extensions() {
        return extensions;
    }

    MediaSection answer(TransportDescription transport) {
        return accepted ? acceptance(transport) : rejection();
    }

    private MediaSection acceptance(TransportDescription transport) {
        List<CodecDescription> answered = codecs.answered();
        String formats = answered.stream()
                .map(codec -> String.valueOf(codec.payloadType()))
                .collect(Collectors.joining(" "));
        MediaPlan sending = direction.sends() ? plan : null;
        return new MediaSection(
                0,
                offered.mid(),
                offered.media(),
                DUMMY_PORT,
                offered.protocol(),
                formats,
                false,
                direction,
                transport,
                answered,
                extensions.answered(),
                offered.extensionsMixed(),
                simulcast.rids(),
                simulcast.line(),
                sending == null ? List.of() : List.of(new Msid(sending.streamId(), sending.trackId())),
                sending == null ? List.of() : sources(sending),
                sending == null ? List.of() : sourceGroups(sending),
                true,
                offered.rtcpReducedSize(),
                offered.receiverReferenceTime());
    }

    /** RFC 3264 §6: port 0, and formats that mean nothing; RFC 9429 §5.3.1 keeps the mid. */
    private MediaSection rejection() {
        return new MediaSection(
                0,
                offered.mid(),
                offered.media(),
                0,
                offered.protocol(),
                offered.formats(),
                false,
                Direction.INACTIVE,
                TransportDescription.NONE,
                List.of(),
                List.of(),
                false,
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false);
    }

    private boolean retransmits(MediaPlan sending) {
        return sending.rtxSsrc() != 0 && codecs.codecs().stream().anyMatch(codec -> codec.rtxPayloadType() >= 0);
    }

    private List<SsrcSource> sources(MediaPlan sending) {
        SsrcSource media = new SsrcSource(sending.ssrc(), sending.cname());
        return retransmits(sending)
                ? List.of(media, new SsrcSource(sending.rtxSsrc(), sending.cname()))
                : List.of(media);
    }

    private List<SsrcGroup> sourceGroups(MediaPlan sending) {
        return retransmits(sending)
                ? List.of(new SsrcGroup(SsrcGroup.FLOW_IDENTIFICATION, List.of(sending.ssrc(), sending.rtxSsrc())))
                : List.of();
    }

    NegotiatedSection negotiated(int index) {
        return new NegotiatedSection(
                index,
                offered.mid(),
                offered.kind(),
                !accepted,
                accepted ? direction : Direction.INACTIVE,
                accepted ? codecs.codecs() : List.of(),
                accepted ? extensions.map() : RtpExtensionMap.EMPTY,
                simulcast.ids(),
                accepted && direction.receives() ? offeredSources() : List.of(),
                offered.msids().isEmpty() ? null : offered.msids().getFirst(),
                accepted && offered.rtcpReducedSize(),
                accepted && offered.receiverReferenceTime());
    }

    /** The sources of media, each with the source of its retransmissions; those that repair are not media. */
    private List<OfferedSsrc> offeredSources() {
        Map<Integer, Integer> rtx = new HashMap<>();
        Set<Integer> repairing = new HashSet<>();
        Set<Integer> media = new LinkedHashSet<>();
        for (SsrcGroup group : offered.ssrcGroups()) {
            if (group.ssrcs().size() != 2 || !SsrcGroup.REPAIRING.contains(group.semantics())) {
                continue;
            }
            int source = group.ssrcs().getFirst();
            int repair = group.ssrcs().getLast();
            repairing.add(repair);
            media.add(source);
            if (group.semantics().equals(SsrcGroup.FLOW_IDENTIFICATION)) {
                rtx.putIfAbsent(source, repair);
            }
        }
        offered.ssrcs().forEach(source -> media.add(source.ssrc()));
        List<OfferedSsrc> sources = new ArrayList<>();
        for (int ssrc : media) {
            if (!repairing.contains(ssrc)) {
                sources.add(new OfferedSsrc(ssrc, rtx.getOrDefault(ssrc, 0)));
            }
        }
        return sources;
    }
}

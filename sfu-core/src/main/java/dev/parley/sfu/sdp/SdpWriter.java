package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a description in the order of RFC 9429 §5.2.1. Used by one thread. */
final class SdpWriter {
    private final StringBuilder text = new StringBuilder(4096);

    private SdpWriter() {}

    static String write(SessionDescription description) {
        SdpWriter writer = new SdpWriter();
        writer.session(description);
        for (MediaSection section : description.sections()) {
            writer.section(section, description.extensionsMixed());
        }
        return writer.text.toString();
    }

    private void line(Object... parts) {
        for (Object part : parts) {
            text.append(part);
        }
        text.append("\r\n");
    }

    private void lineIf(boolean condition, String line) {
        if (condition) {
            line(line);
        }
    }

    private void session(SessionDescription description) {
        line("v=0");
        // The address tells nothing: ICE does, RFC 9429 §5.2.1.
        line(
                "o=- ",
                Long.toUnsignedString(description.sessionId()),
                " ",
                Long.toUnsignedString(description.sessionVersion()),
                " IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        lineIf(description.iceLite(), "a=ice-lite");
        for (List<String> bundle : description.bundles()) {
            line("a=group:BUNDLE", bundle.stream().map(mid -> " " + mid).collect(Collectors.joining()));
        }
        lineIf(description.extensionsMixed(), "a=extmap-allow-mixed");
        line("a=msid-semantic: WMS *");
        transport(description.transport());
    }

    private void section(MediaSection section, boolean sessionExtensionsMixed) {
        line("m=", section.media(), " ", section.port(), " ", section.protocol(), " ", section.formats());
        line("c=IN IP4 0.0.0.0");
        lineIf(section.bundleOnly(), "a=bundle-only");
        if (!section.mid().isEmpty()) {
            line("a=mid:", section.mid());
        }
        line("a=", section.direction());
        transport(section.transport());
        lineIf(section.rtcpMux(), "a=rtcp-mux");
        lineIf(section.rtcpReducedSize(), "a=rtcp-rsize");
        lineIf(section.receiverReferenceTime(), "a=rtcp-xr:rcvr-rtt=all");
        lineIf(section.extensionsMixed() && !sessionExtensionsMixed, "a=extmap-allow-mixed");
        for (ExtMap extension : section.extensions()) {
            Direction only = extension.direction();
            line("a=extmap:", extension.id(), only == null ? "" : "/" + only, " ", extension.uri());
        }
        for (Msid msid : section.msids()) {
            line("a=msid:", msid.streamId(), msid.trackId().isEmpty() ? "" : " " + msid.trackId());
        }
        section.codecs().forEach(this::codec);
        sources(section);
        simulcast(section);
    }

    private void transport(TransportDescription transport) {
        IceCredentials ice = transport.ice();
        if (ice != null) {
            line("a=ice-ufrag:", ice.ufrag());
            line("a=ice-pwd:", ice.password());
        }
        for (Fingerprint fingerprint : transport.fingerprints()) {
            line("a=fingerprint:", fingerprint.toSdp());
        }
        if (transport.setup() != null) {
            line("a=setup:", transport.setup());
        }
        for (String candidate : transport.candidates()) {
            line("a=", candidate);
        }
        lineIf(transport.endOfCandidates(), "a=end-of-candidates");
    }

    private void codec(CodecDescription codec) {
        if (codec.clockRate() > 0) {
            String channels = codec.channels() > 1 ? "/" + codec.channels() : "";
            line("a=rtpmap:", codec.payloadType(), " ", codec.name(), "/", codec.clockRate(), channels);
        }
        if (!codec.fmtp().isEmpty()) {
            line("a=fmtp:", codec.payloadType(), " ", codec.fmtp());
        }
        for (String feedback : codec.feedback()) {
            line("a=rtcp-fb:", codec.payloadType(), " ", feedback);
        }
    }

    private void sources(MediaSection section) {
        for (SsrcGroup group : section.ssrcGroups()) {
            String ssrcs = group.ssrcs().stream()
                    .map(ssrc -> " " + Integer.toUnsignedString(ssrc))
                    .collect(Collectors.joining());
            line("a=ssrc-group:", group.semantics(), ssrcs);
        }
        for (SsrcSource source : section.ssrcs()) {
            line("a=ssrc:", Integer.toUnsignedString(source.ssrc()), " cname:", source.cname());
        }
    }

    private void simulcast(MediaSection section) {
        for (Rid rid : section.rids()) {
            String payloadTypes =
                    rid.payloadTypes().stream().map(String::valueOf).collect(Collectors.joining(","));
            String restrictions = String.join(";", rid.restrictions());
            String both = payloadTypes.isEmpty() ? restrictions : "pt=" + payloadTypes;
            if (!payloadTypes.isEmpty() && !restrictions.isEmpty()) {
                both += ";" + restrictions;
            }
            line("a=rid:", rid.id(), rid.send() ? " send" : " recv", both.isEmpty() ? "" : " " + both);
        }
        Simulcast simulcast = section.simulcast();
        if (simulcast != null) {
            line(
                    "a=simulcast:",
                    String.join(" ", streams("send ", simulcast.send()), streams("recv ", simulcast.receive()))
                            .strip());
        }
    }

    private static String streams(String way, List<List<Simulcast.Stream>> streams) {
        return streams.isEmpty()
                ? ""
                : streams.stream().map(SdpWriter::alternatives).collect(Collectors.joining(";", way, ""));
    }

    private static String alternatives(List<Simulcast.Stream> forms) {
        return forms.stream()
                .map(stream -> (stream.paused() ? "~" : "") + stream.rid())
                .collect(Collectors.joining(","));
    }
}

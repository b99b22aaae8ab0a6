package dev.parley.sfu.simulation;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A client's offers in the form that browsers write them: each section stays in its place for good. */
final class SimulatedOffer {
    static final int OPUS = 111;
    static final int RED = 63;
    static final int VP8 = 96;
    static final int VP8_RTX = 97;
    static final int VP9 = 98;

    private static final String TRANSPORT_CC_URI =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    static final int AUDIO_LEVEL = 1;
    static final int ABS_SEND_TIME = 2;
    static final int TRANSPORT_CC = 3;
    static final int MID = 4;
    static final int RID = 10;
    static final int REPAIRED_RID = 11;

    private final List<Section> sections = new ArrayList<>();
    private int version;
    /** Whether arrivals can be told of by transport-wide feedback; else receivers tell a limit by REMB. */
    private boolean transportWide = true;

    /** One media section, as the client has it now. */
    static final class Section {
        final String mid;
        final MediaKind kind;
        String direction;
        String trackId = "";
        List<String> rids = List.of();
        int ssrc;
        int rtxSsrc;
        boolean stopped;
        /** Whether VP9 is offered beside VP8. */
        boolean vp9;
        /** Whether redundant audio is offered beside Opus. */
        boolean red;

        private Section(String mid, MediaKind kind, String direction) {
            this.mid = mid;
            this.kind = kind;
            this.direction = direction;
        }

        boolean isVideo() {
            return kind == MediaKind.VIDEO;
        }
    }

    Section add(MediaKind kind, String direction) {
        Section section = new Section(String.valueOf(sections.size()), kind, direction);
        sections.add(section);
        return section;
    }

    void withoutTransportCc() {
        transportWide = false;
    }

    Section section(String mid) {
        return sections.get(Integer.parseInt(mid));
    }

    String toSdp(IceCredentials ice, Fingerprint fingerprint) {
        String bundle = sections.stream()
                .filter(section -> !section.stopped)
                .map(section -> " " + section.mid)
                .collect(Collectors.joining());
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 4711 " + ++version + " IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                + "a=group:BUNDLE" + bundle + "\r\na=extmap-allow-mixed\r\n");
        for (Section section : sections) {
            append(sdp, section, ice, fingerprint);
        }
        return sdp.toString();
    }

    private void append(StringBuilder sdp, Section section, IceCredentials ice, Fingerprint fingerprint) {
        String formats = section.isVideo()
                ? VP8 + " " + VP8_RTX + (section.vp9 ? " " + VP9 : "")
                : OPUS + (section.red ? " " + RED : "");
        line(
                sdp,
                "m=" + (section.isVideo() ? "video" : "audio") + (section.stopped ? " 0" : " 9") + " UDP/TLS/RTP/SAVPF "
                        + formats);
        line(sdp, "c=IN IP4 0.0.0.0");
        line(sdp, "a=ice-ufrag:" + ice.ufrag());
        line(sdp, "a=ice-pwd:" + ice.password());
        line(sdp, "a=fingerprint:" + fingerprint.toSdp());
        line(sdp, "a=setup:actpass");
        line(sdp, "a=mid:" + section.mid);
        appendExtensions(sdp, section.isVideo());
        line(sdp, "a=" + (section.stopped ? "inactive" : section.direction));
        line(sdp, "a=rtcp-mux");
        line(sdp, "a=rtcp-rsize");
        line(sdp, "a=rtcp-xr:rcvr-rtt=all");
        appendCodecs(sdp, section.isVideo());
        if (section.red) {
            line(sdp, "a=rtpmap:" + RED + " red/48000/2");
            line(sdp, "a=fmtp:" + RED + " " + OPUS + "/" + OPUS);
        }
        if (section.vp9) {
            line(sdp, "a=rtpmap:" + VP9 + " VP9/90000");
        }
        if (section.direction.startsWith("send")) {
            appendSource(sdp, section);
        }
    }

    private void appendExtensions(StringBuilder sdp, boolean video) {
        if (video) {
            extension(sdp, RID, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id");
            extension(sdp, REPAIRED_RID, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id");
        } else {
            extension(sdp, AUDIO_LEVEL, "urn:ietf:params:rtp-hdrext:ssrc-audio-level");
        }
        extension(sdp, ABS_SEND_TIME, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
        if (transportWide) {
            extension(sdp, TRANSPORT_CC, TRANSPORT_CC_URI);
        }
        extension(sdp, MID, "urn:ietf:params:rtp-hdrext:sdes:mid");
    }

    private static void extension(StringBuilder sdp, int id, String uri) {
        line(sdp, "a=extmap:" + id + " " + uri);
    }

    private static void appendCodecs(StringBuilder sdp, boolean video) {
        if (!video) {
            line(sdp, "a=rtpmap:" + OPUS + " opus/48000/2");
            line(sdp, "a=rtcp-fb:" + OPUS + " transport-cc");
            return;
        }
        line(sdp, "a=rtpmap:" + VP8 + " VP8/90000");
        for (String feedback : List.of("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")) {
            line(sdp, "a=rtcp-fb:" + VP8 + " " + feedback);
        }
        line(sdp, "a=rtpmap:" + VP8_RTX + " rtx/90000");
        line(sdp, "a=fmtp:" + VP8_RTX + " apt=" + VP8);
    }

    private static void appendSource(StringBuilder sdp, Section section) {
        line(sdp, "a=msid:- " + section.trackId);
        if (section.rids.isEmpty()) {
            line(sdp, "a=ssrc:" + Integer.toUnsignedString(section.ssrc) + " cname:client");
            if (section.rtxSsrc != 0) {
                String pair = Integer.toUnsignedString(section.ssrc) + " " + Integer.toUnsignedString(section.rtxSsrc);
                line(sdp, "a=ssrc:" + Integer.toUnsignedString(section.rtxSsrc) + " cname:client");
                line(sdp, "a=ssrc-group:FID " + pair);
            }
        } else {
            section.rids.forEach(rid -> line(sdp, "a=rid:" + rid + " send"));
            line(sdp, "a=simulcast:send " + String.join(";", section.rids));
        }
    }

    private static void line(StringBuilder sdp, String text) {
        sdp.append(text).append("\r\n");
    }
}

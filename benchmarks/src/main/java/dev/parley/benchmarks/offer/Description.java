package dev.parley.benchmarks.offer;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes an offer or an answer section by section: one codec each, with its retransmissions, and the payload types and
 * header extension ids that Chromium has.
 */
public final class Description {
    public static final int VP8 = 96;
    public static final int MID_ID = 4;
    public static final int ABS_SEND_TIME_ID = 2;
    public static final int TRANSPORT_CC_ID = 3;

    private static final Map<RtpExtension, Integer> IDS = Map.of(
            RtpExtension.AUDIO_LEVEL, 1,
            RtpExtension.ABS_SEND_TIME, ABS_SEND_TIME_ID,
            RtpExtension.TRANSPORT_CC, TRANSPORT_CC_ID,
            RtpExtension.MID, MID_ID,
            RtpExtension.RID, 10,
            RtpExtension.REPAIRED_RID, 11,
            RtpExtension.DEPENDENCY_DESCRIPTOR, 12);

    private static final Map<Codec, Integer> PAYLOAD_TYPES =
            Map.of(Codec.OPUS, 111, Codec.VP8, VP8, Codec.VP9, 98, Codec.H264, 102, Codec.AV1, 45);

    private static final Map<Codec, String> PARAMETERS = Map.of(
            Codec.OPUS, "minptime=10;useinbandfec=1",
            Codec.VP9, "profile-id=0",
            Codec.H264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
            Codec.AV1, "level-idx=5;profile=0;tier=0");

    /** The header extensions of a stream that is neither simulcast nor layered. */
    public static final List<RtpExtension> PLAIN =
            List.of(RtpExtension.ABS_SEND_TIME, RtpExtension.TRANSPORT_CC, RtpExtension.MID);

    private final StringBuilder bundle = new StringBuilder();
    private final StringBuilder sections = new StringBuilder();
    private final IceCredentials ice;
    private final Fingerprint fingerprint;
    private final String setup;
    private final List<String> candidates;
    private int version = 1;

    /**
     * A description without sections.
     *
     * @param setup the role in DTLS: {@code actpass}, {@code active} or {@code passive}
     * @param candidates values of {@code a=candidate} attributes, beginning with {@code candidate:}
     */
    public Description(IceCredentials ice, Fingerprint fingerprint, String setup, List<String> candidates) {
        this.ice = ice;
        this.fingerprint = fingerprint;
        this.setup = setup;
        this.candidates = List.copyOf(candidates);
    }

    /** The one that clients with ready keys write. */
    public static Description of(IceCredentials ice, Fingerprint fingerprint) {
        return new Description(ice, fingerprint, "actpass", List.of());
    }

    /** The payload type of a codec; that of its retransmissions is one more. */
    public static int payloadType(Codec codec) {
        return Objects.requireNonNull(PAYLOAD_TYPES.get(codec), () -> "bots have no " + codec);
    }

    /** The id of a header extension. */
    public static int id(RtpExtension extension) {
        return Objects.requireNonNull(IDS.get(extension), () -> "bots have no " + extension);
    }

    /** The attributes of a section that sends one stream, of SSRCs that are told. */
    public static String[] sending(String trackId, int ssrc, int rtxSsrc) {
        String media = Integer.toUnsignedString(ssrc);
        String rtx = Integer.toUnsignedString(rtxSsrc);
        return new String[] {
            "a=sendonly",
            "a=msid:- " + trackId,
            "a=ssrc-group:FID " + media + " " + rtx,
            "a=ssrc:" + media + " cname:bench",
            "a=ssrc:" + rtx + " cname:bench"
        };
    }

    /** Of which description of the session this is, from 1. */
    public Description version(int number) {
        version = number;
        return this;
    }

    /** Adds a section with our payload types and ids; {@code attributes} are lines such as {@code a=recvonly}. */
    public Description section(String mid, Codec codec, List<RtpExtension> extensions, String... attributes) {
        StringBuilder extmap = new StringBuilder();
        for (RtpExtension extension : extensions) {
            line(extmap, "a=extmap:" + id(extension) + " " + extension.uri());
        }
        int payloadType = payloadType(codec);
        return section(mid, codec, payloadType, codec.isVideo() ? payloadType + 1 : -1, extmap.toString(), attributes);
    }

    /**
     * Adds a section with the payload types of the other side.
     *
     * @param rtx the payload type of retransmissions, or -1 for none
     * @param extmap its lines, each with its end
     */
    public Description section(String mid, Codec codec, int payloadType, int rtx, String extmap, String... attributes) {
        bundle.append(' ').append(mid);
        String kind = codec.isAudio() ? "audio" : "video";
        line(sections, "m=" + kind + " 9 UDP/TLS/RTP/SAVPF " + payloadType + (rtx < 0 ? "" : " " + rtx));
        line(sections, "c=IN IP4 0.0.0.0");
        transport();
        line(sections, "a=mid:" + mid);
        sections.append(extmap);
        line(sections, "a=rtcp-mux");
        line(sections, "a=rtcp-rsize");
        format(codec, payloadType);
        if (rtx >= 0) {
            line(sections, "a=rtpmap:" + rtx + " rtx/90000");
            line(sections, "a=fmtp:" + rtx + " apt=" + payloadType);
        }
        for (String attribute : attributes) {
            line(sections, attribute);
        }
        return this;
    }

    /** Adds a section of data channels (RFC 8841), which nobody uses but which may be the first of the bundle. */
    public Description dataChannels(String mid, String protocol, String formats) {
        bundle.append(' ').append(mid);
        line(sections, "m=application 9 " + protocol + " " + formats);
        line(sections, "c=IN IP4 0.0.0.0");
        transport();
        line(sections, "a=mid:" + mid);
        line(sections, "a=sctp-port:5000");
        return this;
    }

    /** Adds a section that is refused. */
    public Description refused(String mid, String kind, String protocol, String formats) {
        line(sections, "m=" + kind + " 0 " + protocol + " " + formats);
        line(sections, "c=IN IP4 0.0.0.0");
        line(sections, "a=mid:" + mid);
        line(sections, "a=inactive");
        return this;
    }

    private void transport() {
        line(sections, "a=ice-ufrag:" + ice.ufrag());
        line(sections, "a=ice-pwd:" + ice.password());
        line(sections, "a=fingerprint:" + fingerprint.toSdp());
        line(sections, "a=setup:" + setup);
        for (String candidate : candidates) {
            line(sections, "a=" + candidate);
        }
        if (!candidates.isEmpty()) {
            line(sections, "a=end-of-candidates");
        }
    }

    private void format(Codec codec, int payloadType) {
        if (codec.isAudio()) {
            line(sections, "a=rtpmap:" + payloadType + " " + codec.encodingName() + "/48000/2");
            line(sections, "a=rtcp-fb:" + payloadType + " transport-cc");
        } else {
            line(sections, "a=rtpmap:" + payloadType + " " + codec.encodingName() + "/90000");
            for (String feedback : List.of("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")) {
                line(sections, "a=rtcp-fb:" + payloadType + " " + feedback);
            }
        }
        String parameters = PARAMETERS.get(codec);
        if (parameters != null) {
            line(sections, "a=fmtp:" + payloadType + " " + parameters);
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append("\r\n");
    }

    /** The whole text. */
    public String toSdp() {
        StringBuilder text = new StringBuilder();
        line(text, "v=0");
        line(text, "o=- 4711 " + version + " IN IP4 127.0.0.1");
        line(text, "s=-");
        line(text, "t=0 0");
        line(text, "a=group:BUNDLE" + bundle);
        line(text, "a=extmap-allow-mixed");
        return text.append(sections).toString();
    }
}

package dev.parley.sfu.rtp;

import org.jspecify.annotations.Nullable;

/** The RTP header extensions (RFC 8285) that Parley reads, writes or forwards, by the URI that SDP names them with. */
public enum RtpExtension {
    /** Which media section a packet belongs to (RFC 8843 §15). */
    MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
    /** Which simulcast encoding a packet belongs to (RFC 8852). */
    RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    /** Which simulcast encoding a retransmission repairs (RFC 8852). */
    REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    /** Client-to-mixer audio level (RFC 6464). */
    AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    /** Transport-wide sequence number. */
    TRANSPORT_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    /** Transmission time offset (RFC 5450). */
    TOFFSET("urn:ietf:params:rtp-hdrext:toffset"),
    VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
    PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
    CONTENT_TYPE("http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"),
    VIDEO_TIMING("http://www.webrtc.org/experiments/rtp-hdrext/video-timing"),
    COLOR_SPACE("http://www.webrtc.org/experiments/rtp-hdrext/color-space"),
    /** AV1 RTP specification, appendix A; used with every video codec. */
    DEPENDENCY_DESCRIPTOR("https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
    LAYERS_ALLOCATION("http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00");

    private static final RtpExtension[] ALL = values();

    private final String uri;

    RtpExtension(String uri) {
        this.uri = uri;
    }

    public String uri() {
        return uri;
    }

    /** The extension of this URI, or {@code null} for one that Parley does not know. */
    public static @Nullable RtpExtension fromUri(String uri) {
        for (RtpExtension extension : ALL) {
            if (extension.uri.equals(uri)) {
                return extension;
            }
        }
        return null;
    }
}

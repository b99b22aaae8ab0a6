package dev.parley.benchmarks.forward;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;

/** The offers of the bench's clients, in the form that browsers write them: one section of video, VP8 with RTX. */
final class ClientOffer {
    static final int VP8 = 96;
    static final int ABS_SEND_TIME_ID = 2;
    static final int TRANSPORT_CC_ID = 3;
    static final int MID_ID = 4;
    static final String MID = "0";
    static final int SSRC = 0x1234_5679;

    private static final int RTX = 97;
    private static final int RTX_SSRC = SSRC + 2;

    private ClientOffer() {}

    static String publishing(IceCredentials ice, Fingerprint fingerprint) {
        return """
                %sa=sendonly
                a=msid:- camera
                a=ssrc-group:FID %d %d
                a=ssrc:%d cname:bench
                a=ssrc:%d cname:bench
                """.formatted(common(ice, fingerprint), SSRC, RTX_SSRC, SSRC, RTX_SSRC)
                .replace("\n", "\r\n");
    }

    static String receiving(IceCredentials ice, Fingerprint fingerprint) {
        return (common(ice, fingerprint) + "a=recvonly\n").replace("\n", "\r\n");
    }

    private static String common(IceCredentials ice, Fingerprint fingerprint) {
        return """
                v=0
                o=- 4711 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0
                a=extmap-allow-mixed
                m=video 9 UDP/TLS/RTP/SAVPF %1$d %2$d
                c=IN IP4 0.0.0.0
                a=ice-ufrag:%3$s
                a=ice-pwd:%4$s
                a=fingerprint:%5$s
                a=setup:actpass
                a=mid:%6$s
                a=extmap:%7$d http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
                a=extmap:%8$d http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:%9$d urn:ietf:params:rtp-hdrext:sdes:mid
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:%1$d VP8/90000
                a=rtcp-fb:%1$d goog-remb
                a=rtcp-fb:%1$d transport-cc
                a=rtcp-fb:%1$d ccm fir
                a=rtcp-fb:%1$d nack
                a=rtcp-fb:%1$d nack pli
                a=rtpmap:%2$d rtx/90000
                a=fmtp:%2$d apt=%1$d
                """.formatted(
                        VP8,
                        RTX,
                        ice.ufrag(),
                        ice.password(),
                        fingerprint.toSdp(),
                        MID,
                        ABS_SEND_TIME_ID,
                        TRANSPORT_CC_ID,
                        MID_ID);
    }
}

package dev.parley.benchmarks.delay;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;

/** The offer of one in a room: a camera, and a slot of video for each of the others. VP8 with RTX, as browsers write it. */
final class MemberOffer {
    static final int VP8 = 96;
    static final int ABS_SEND_TIME_ID = 2;
    static final int TRANSPORT_CC_ID = 3;
    static final int MID_ID = 4;
    static final String CAMERA = "0";
    static final int SSRC = 0x1234_5679;

    private static final int RTX = 97;

    private MemberOffer() {}

    /** The mid of a slot, from 0. */
    static String slot(int index) {
        return Integer.toString(index + 1);
    }

    static String write(IceCredentials ice, Fingerprint fingerprint, int slots) {
        StringBuilder bundle = new StringBuilder(CAMERA);
        StringBuilder sections = new StringBuilder(section(CAMERA, ice, fingerprint));
        sections.append("""
                a=sendonly
                a=msid:- camera
                a=ssrc-group:FID %1$d %2$d
                a=ssrc:%1$d cname:bench
                a=ssrc:%2$d cname:bench
                """.formatted(SSRC, SSRC + 2));
        for (int i = 0; i < slots; i++) {
            bundle.append(' ').append(slot(i));
            sections.append(section(slot(i), ice, fingerprint)).append("a=recvonly\n");
        }
        String session = """
                v=0
                o=- 4711 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE %s
                a=extmap-allow-mixed
                """.formatted(bundle);
        return (session + sections).replace("\n", "\r\n");
    }

    private static String section(String mid, IceCredentials ice, Fingerprint fingerprint) {
        return """
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
                        mid,
                        ABS_SEND_TIME_ID,
                        TRANSPORT_CC_ID,
                        MID_ID);
    }
}

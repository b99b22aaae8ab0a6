package dev.parley.benchmarks.load.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Answers to servers that offer, with offers as Pion writes them. */
final class NegotiationTest {
    private static final String FINGERPRINT = "sha-256 " + "AB:".repeat(31) + "AB";

    private final Negotiation negotiation = new Negotiation(
            IceCredentials.generate(new SecureRandom()),
            Objects.requireNonNull(Fingerprint.parse(FINGERPRINT)),
            List.of("candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"),
            RandomGenerator.getDefault());

    private static String session(String more, String... mids) {
        return """
                v=0
                o=- 1 1 IN IP4 0.0.0.0
                s=-
                t=0 0
                a=fingerprint:%s
                a=extmap-allow-mixed
                a=group:BUNDLE %s
                %s""".formatted(FINGERPRINT, String.join(" ", mids), more);
    }

    private static String dataChannels(String mid) {
        return """
                m=application 9 UDP/DTLS/SCTP webrtc-datachannel
                c=IN IP4 0.0.0.0
                a=setup:actpass
                a=mid:%s
                a=sendrecv
                a=sctp-port:5000
                a=max-message-size:65536
                a=ice-ufrag:serverufrag
                a=ice-pwd:serverpasswordserverpassword
                """.formatted(mid);
    }

    private static String video(String mid, String direction, int ssrc) {
        return """
                m=video 9 UDP/TLS/RTP/SAVPF 96 97
                c=IN IP4 0.0.0.0
                a=setup:actpass
                a=mid:%s
                a=ice-ufrag:serverufrag
                a=ice-pwd:serverpasswordserverpassword
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack pli
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                a=ssrc-group:FID %d %d
                a=ssrc:%d cname:PA_1
                a=ssrc:%d cname:PA_1
                a=msid:PA_1|camera TR_1
                a=%s
                """.formatted(mid, ssrc, ssrc + 1, ssrc, ssrc + 1, direction);
    }

    private static String sdp(String lines) {
        return lines.replace("\n", "\r\n");
    }

    @Test
    void takesASectionOfDataChannelsSinceItMayBeTheOneThatCarriesTheTransport() throws IOException {
        Negotiation.Answered answered = negotiation.answer(sdp(session("", "0") + dataChannels("0")));

        assertTrue(answered.sdp().contains("a=group:BUNDLE 0\r\n"), answered.sdp());
        String section = answered.sdp().substring(answered.sdp().indexOf("m=application"));
        assertTrue(section.startsWith("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), section);
        assertTrue(section.contains("a=ice-ufrag:"), section);
        assertTrue(section.contains("a=setup:active\r\n"), section);
        assertTrue(section.contains("a=sctp-port:5000\r\n"), section);
        assertEquals("serverufrag", answered.outcome().remote().ice().ufrag());
        assertTrue(answered.outcome().receiving().isEmpty());
    }

    @Test
    void isControlledByWhoOffersUnlessThatIsLite() throws IOException {
        assertFalse(negotiation
                .answer(sdp(session("", "0") + dataChannels("0")))
                .outcome()
                .controlling());
        assertTrue(negotiation
                .answer(sdp(session("a=ice-lite\n", "0") + dataChannels("0")))
                .outcome()
                .controlling());
    }

    @Test
    void receivesWhatALaterOfferAdds() throws IOException {
        Object _ = negotiation.answer(sdp(session("", "0") + dataChannels("0")));
        List<ReceivedSection> received =
                received(session("", "0", "1") + dataChannels("0") + video("1", "sendonly", 100));

        assertEquals(1, received.size());
        assertEquals("1", received.getFirst().mid());
        assertEquals(100, received.getFirst().ssrc());
        assertEquals(101, received.getFirst().rtxSsrc());
    }

    @Test
    void receivesAnotherStreamInASectionThatHadOneBefore() throws IOException {
        String before = session("", "0") + video("0", "sendonly", 100);
        assertEquals(1, received(before).size());
        assertEquals(0, received(before).size(), "the same again is nothing new");
        assertEquals(0, received(session("", "0") + video("0", "inactive", 100)).size());
        assertEquals(
                200,
                received(session("", "0") + video("0", "sendonly", 200))
                        .getFirst()
                        .ssrc());
    }

    private List<ReceivedSection> received(String lines) throws IOException {
        return negotiation.answer(sdp(lines)).outcome().receiving();
    }
}

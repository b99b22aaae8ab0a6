package dev.parley.signaling.whip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceFragmentTest {
    private static final String PASSWORD = "0123456789abcdefABCDEF+/";

    @Test
    void readsCredentialsFromFragment() {
        assertEquals(
                new IceFragment("EsAw", PASSWORD),
                IceFragment.parse("a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                        + "a=ice-ufrag:EsAw\r\na=ice-pwd:" + PASSWORD + "\r\na=candidate:x\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=ice-ufrag:EsAw",
                "a=ice-pwd:0123456789abcdefABCDEF+/",
                "a=ice-ufrag:abc\na=ice-pwd:0123456789abcdefABCDEF+/",
                "a=ice-ufrag:EsAw\na=ice-pwd:short",
                "a=ice-ufrag:Es w\na=ice-pwd:0123456789abcdefABCDEF+/",
                "a=ice-ufrag:\na=ice-pwd:\n"
            })
    void refusesWhatHasNoWellFormedCredentials(String fragment) {
        assertNull(IceFragment.parse(fragment));
    }

    @Test
    void restartChangesCredentialsAndNothingElse() {
        String offer = "v=0\r\na=ice-ufrag:old0\r\nm=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:old1\r\na=ice-pwd:p\r\n";
        assertEquals(
                "v=0\r\na=ice-ufrag:new0\r\nm=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:new0\r\na=ice-pwd:" + PASSWORD
                        + "\r\n",
                new IceFragment("new0", PASSWORD).restart(offer));
    }

    @Test
    void answerIsReducedToItsFirstTransport() {
        String answer = """
                v=0\r
                o=- 1 1 IN IP4 0.0.0.0\r
                a=ice-lite\r
                a=group:BUNDLE 0 1\r
                m=audio 9 UDP/TLS/RTP/SAVPF 111\r
                a=mid:0\r
                a=ice-ufrag:u\r
                a=ice-pwd:p\r
                a=candidate:1\r
                a=end-of-candidates\r
                a=rtpmap:111 opus/48000/2\r
                m=video 9 UDP/TLS/RTP/SAVPF 96\r
                a=mid:1\r
                a=ice-ufrag:u\r
                a=ice-pwd:p\r
                """;
        assertEquals("""
                a=ice-lite\r
                a=group:BUNDLE 0 1\r
                m=audio 9 UDP/TLS/RTP/SAVPF 111\r
                a=mid:0\r
                a=ice-ufrag:u\r
                a=ice-pwd:p\r
                a=candidate:1\r
                a=end-of-candidates\r
                """, IceFragment.of(answer));
    }
}

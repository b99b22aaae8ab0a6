package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The answer to an endpoint's creation, in the shape in which a bridge gives it. */
final class BridgeTransportTest {
    private static final String FINGERPRINT =
            "F1:05:72:F8:F3:F4:B4:65:5B:9A:FC:81:24:11:23:78:D5:42:54:B1:F2:66:2F:82:CC:2B:01:1C:DB:98:BE:C0";
    private static final String ANSWER = """
            {"endpoints":[{"id":"00000001","transport":{"transport":{
              "candidates":[
                {"generation":"0","component":"1","protocol":"udp","port":"10000","ip":"172.18.0.4","foundation":"1",
                 "id":"5bbb5d5e1","priority":"2130706431","type":"host","network":"0"},
                {"generation":"0","rel-port":"10000","component":"1","protocol":"udp","port":"10000",
                 "ip":"192.168.1.1","foundation":"2","id":"56f8f8981","rel-addr":"172.18.0.4",
                 "priority":"1694498815","type":"srflx","network":"0"}],
              "xmlns":"urn:xmpp:jingle:transports:ice-udp:1","ufrag":"26ant1ioqu7qnr","rtcp-mux":true,
              "pwd":"9q8uj7tg6j4rc4i6ulc1pmsq9",
              "web-sockets":["ws://localhost:9090/colibri-ws/jvb1/7e441eda3701676e/00000001?pwd=9q8uj7tg"],
              "fingerprints":[{"fingerprint":"FINGERPRINT","setup":"passive","hash":"sha-256"}]}}}],
             "sources":[{"type":"audio","id":"jvb-a0","sources":[{"ssrc":3191927963,"name":"jvb-a0"}]}]}
            """.replace("FINGERPRINT", FINGERPRINT);

    private static BridgeTransport read(String answer) throws IOException {
        return BridgeTransport.of(JsonMapper.builder().build().readTree(answer), "00000001");
    }

    private static String refusal(String answer) {
        return String.valueOf(
                assertThrows(IOException.class, () -> read(answer)).getMessage());
    }

    @Test
    void tellsHowToReachTheBridge() throws IOException {
        BridgeTransport transport = read(ANSWER);

        assertEquals("26ant1ioqu7qnr", transport.ice().ufrag());
        assertEquals("9q8uj7tg6j4rc4i6ulc1pmsq9", transport.ice().password());
        assertEquals("sha-256 " + FINGERPRINT, transport.fingerprint().toSdp());
        assertEquals(
                List.of(
                        "candidate:1 1 udp 2130706431 172.18.0.4 10000 typ host",
                        "candidate:2 1 udp 1694498815 192.168.1.1 10000 typ srflx"),
                transport.candidates());
        assertEquals(
                List.of(URI.create("ws://localhost:9090/colibri-ws/jvb1/7e441eda3701676e/00000001?pwd=9q8uj7tg")),
                transport.webSockets());
    }

    @Test
    void aBridgeWithoutWebSocketsHasNone() throws IOException {
        assertEquals(
                List.of(), read(ANSWER.replace("web-sockets", "other-sockets")).webSockets());
    }

    @Test
    void whatIsMissingIsTold() {
        assertTrue(refusal("{}").contains("does not speak of the endpoint 00000001"));
        assertTrue(refusal(ANSWER.replace("ufrag", "name")).contains("no ICE credentials"));
        assertTrue(refusal(ANSWER.replace("sha-256", "sha-1")).contains("no fingerprint that can be checked"));
        assertTrue(refusal(ANSWER.replace("passive", "active")).contains("wants to begin the DTLS handshake"));
        assertTrue(refusal(ANSWER.replace("ws://localhost", "ws:// localhost")).contains("is no URL"));
    }
}

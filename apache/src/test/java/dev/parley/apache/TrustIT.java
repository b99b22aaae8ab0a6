package dev.parley.apache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.apache.RawClient.Answer;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client cannot make httpd and the SFU believe, reach or wait for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustIT {
    private static final int JOINS_PER_MINUTE = 3;
    private static final int HEADER_SECONDS = 10;

    private Server server;
    private Httpd beforeServer;
    private EchoServer echo;
    private Httpd beforeEcho;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        server = Server.start("--joins-per-minute-per-address=" + JOINS_PER_MINUTE);
        beforeServer = Httpd.start(Map.of("SFU", server.address()));
        echo = new EchoServer();
        beforeEcho = Httpd.start(Map.of("SFU", echo.address()));
    }

    @AfterAll
    void stop() throws IOException {
        beforeEcho.close();
        echo.close();
        beforeServer.close();
        server.close();
    }

    @Test
    void tellsTheSfuTheClientsAddressAndNotWhatTheClientSays() throws IOException {
        Map<String, String> spoofed = Map.of(
                "X-Forwarded-For", "203.0.113.66",
                "Forwarded", "for=203.0.113.66",
                "X-Real-IP", "203.0.113.66",
                "X-Forwarded-Host", "evil.example",
                "X-Forwarded-Proto", "http",
                "Proxy", "http://203.0.113.66");
        RawClient client = RawClient.https(beforeEcho.httpsPort()).from("127.0.0.9");
        for (String path : new String[] {"/ws", "/whip/room", "/whep/room", "/api/v1/rooms", "/healthz"}) {
            String seen = client.get(path, spoofed).text();
            assertTrue(seen.startsWith(path + "\n"), seen);
            assertTrue(seen.contains("X-forwarded-for: 127.0.0.9\n"), seen);
            assertTrue(seen.contains("X-forwarded-proto: https\n"), seen);
            assertTrue(seen.contains("Host: " + beforeEcho.authority() + "\n"), seen);
            assertFalse(seen.contains("203.0.113.66"), seen);
            assertFalse(seen.contains("evil.example"), seen);
        }
    }

    @Test
    void countsJoinsByTheAddressThatHttpdSaw() throws IOException {
        RawClient client = RawClient.https(beforeServer.httpsPort()).from("127.0.0.7");
        for (int i = 0; i < JOINS_PER_MINUTE; i++) {
            assertEquals(400, join(client, "198.51.100." + i), "not a good offer, but an attempt to join");
        }
        assertEquals(429, join(client, "198.51.100.99"), "another spoofed address is no way out");
        assertEquals(400, join(client.from("127.0.0.8"), "127.0.0.7"), "and nobody else suffers");
    }

    private static int join(RawClient client, String spoofed) throws IOException {
        Map<String, String> headers = Map.of("Content-Type", "application/sdp", "X-Forwarded-For", spoofed);
        String offer = "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n";
        return client.send("POST", "/whip/room", headers, offer.getBytes(UTF_8)).status();
    }

    @Test
    void theSfuBelievesItsProxyAlone() throws IOException {
        // Straight to the SFU's port, from an address that is not in trusted-proxies.
        RawClient direct = RawClient.http(server.port()).from("127.0.0.5");
        for (int i = 0; i < JOINS_PER_MINUTE; i++) {
            assertEquals(400, join(direct, "198.51.100." + i));
        }
        assertEquals(429, join(direct, "198.51.100.99"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metrics",
                "/metrics/",
                "/metrics?x",
                "//metrics",
                "/./metrics",
                "/%6detrics",
                "/api/../metrics",
                "/api/v1/../../metrics",
                "/api/v1/%2e%2e/%2e%2e/metrics",
                "/api/v1/..%2f..%2fmetrics",
                "/api/v1/%2e%2e%2f%2e%2e%2fmetrics",
                "/api/v1/%252e%252e/%252e%252e/metrics",
                "/api/v1/..;/..;/metrics",
                "/api/v1\\..\\..\\metrics",
                "/api/v1/..%5c..%5cmetrics",
                "/whip/../metrics",
                "/whip/%2e%2e/metrics",
                "/whip/..%2fmetrics",
                "/whip//../../metrics",
                "/whep/room/..%2f..%2f..%2fmetrics",
                "/ws/../metrics",
                "/ws/..%2fmetrics",
                "/ws%2f..%2fmetrics",
                "/ws;/../metrics",
                "/ws%00/../metrics",
                "/ws#/../metrics",
                "/healthz/../metrics",
                "/healthz/..%2fmetrics",
                "/r/../metrics",
                "/r/..%2fmetrics",
                "/assets/../metrics",
                "/errors/../metrics",
                "/METRICS",
                "/admin",
                "/api/v1/admin/rooms",
                "/api/v1/%61dmin",
                "http://127.0.0.1/metrics",
            })
    void noSpellingReachesClosedPaths(String path) throws IOException {
        Answer real = RawClient.https(beforeServer.httpsPort()).get(path);
        assertFalse(real.text().contains("parley_rooms"), real.text());
        assertFalse(real.status() == 200 && !path.startsWith("/r/"), "status " + real.status());
        RawClient.https(beforeEcho.httpsPort()).get(path);
        assertTrue(echo.paths().stream().allMatch(TrustIT::isOpen), () -> path + " reached the SFU as " + echo.paths());
    }

    /** Whether a path that reached the SFU is one of those that may, even when read as naively as can be. */
    private static boolean isOpen(String path) {
        return Pattern.matches("(/whip/|/whep/|/api/v1/(?!admin)|/ws|/healthz).*", path)
                && !Pattern.matches(".*/(\\.|%2e){1,2}(/.*)?", path);
    }

    @Test
    void theMetricsAreThereForThoseOnTheMachine() throws IOException {
        assertTrue(RawClient.http(server.port()).get("/metrics").text().contains("parley_rooms"));
    }

    @Test
    void aHeadThatDribblesInIsCutOff() throws IOException {
        long startNs = System.nanoTime();
        try (Socket socket = RawClient.https(beforeEcho.httpsPort()).connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: ".getBytes(ISO_8859_1));
            // 408, or no answer at all: what counts is that it is over.
            byte[] answer = socket.getInputStream().readAllBytes();
            assertTrue(answer.length == 0 || new String(answer, ISO_8859_1).startsWith("HTTP/1.1 408"));
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        assertTrue(seconds > HEADER_SECONDS - 1 && seconds < 3 * HEADER_SECONDS, "after " + seconds + " s");
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource({
        "TLSv1.3, TLS_AES_128_GCM_SHA256, true",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, true",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, false",
    })
    void speaksTheIntermediateProfile(String protocol, String cipher, boolean accepted) throws IOException {
        if (accepted) {
            assertEquals("h2", handshake(protocol, cipher));
        } else {
            assertThrows(SSLException.class, () -> handshake(protocol, cipher));
        }
    }

    /** The protocol that the two agreed on for what is inside. */
    private String handshake(String protocol, String cipher) throws IOException {
        int port = beforeEcho.httpsPort();
        try (SSLSocket socket =
                (SSLSocket) RawClient.trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
            SSLParameters parameters = new SSLParameters(new String[] {cipher}, new String[] {protocol});
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getApplicationProtocol();
        }
    }
}

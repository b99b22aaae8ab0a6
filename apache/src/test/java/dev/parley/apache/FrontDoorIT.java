package dev.parley.apache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.apache.RawClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What httpd answers on each path, with a real SFU behind it: headers, caching, packing, methods, sizes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontDoorIT {
    private static final byte[] NONE = {};
    private static final int MAX_BODY_BYTES = 524_288;

    private Server server;
    private Httpd httpd;
    private RawClient https;
    private RawClient http;
    private String asset;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        server = Server.start();
        httpd = Httpd.start(Map.of("SFU", server.address(), "HSTS", "max-age=63072000"));
        https = RawClient.https(httpd.httpsPort());
        http = RawClient.http(httpd.httpPort());
        try (Stream<Path> assets = Files.list(httpd.client().resolve("assets"))) {
            asset = assets.map(path -> "/assets/" + path.getFileName())
                    .filter(path -> path.endsWith(".js"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @AfterAll
    void stop() throws IOException {
        httpd.close();
        server.close();
    }

    @Test
    void configtestIsClean() throws IOException, InterruptedException {
        assertEquals("Syntax OK", httpd.configtest().strip());
    }

    @ParameterizedTest(name = "{0} {1} ({2}): {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            GET     | /                     | identity              | 200 | text/html; charset=utf-8       | no-cache  |
            HEAD    | /                     | identity              | 200 | text/html; charset=utf-8       | no-cache  |
            GET     | /                     | br, gzip              | 200 | text/html; charset=utf-8       | no-cache  | br
            GET     | /index.html           | gzip                  | 200 | text/html; charset=utf-8       | no-cache  | gzip
            GET     | /r/room               | identity              | 200 | text/html; charset=utf-8       | no-cache  |
            GET     | /r/room/              | gzip, deflate         | 200 | text/html; charset=utf-8       | no-cache  | gzip
            GET     | /r/a%2Fb%20c          | gzip, br;q=0.5        | 200 | text/html; charset=utf-8       | no-cache  | br
            GET     | /r/%E4%BC%9A%E8%AE%AE | br;q=0, gzip;q=1.0    | 200 | text/html; charset=utf-8       | no-cache  | gzip
            GET     | /favicon.svg          | identity              | 200 | image/svg+xml; charset=utf-8   | no-cache  |
            GET     | ASSET                 | identity              | 200 | text/javascript; charset=utf-8 | immutable |
            GET     | ASSET                 | br                    | 200 | text/javascript; charset=utf-8 | immutable | br
            HEAD    | ASSET                 | gzip                  | 200 | text/javascript; charset=utf-8 | immutable | gzip
            GET     | ASSET                 | brotli                | 200 | text/javascript; charset=utf-8 | immutable |
            GET     | /assets/none.js       | br                    | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /assets/              | identity              | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /r/                   | identity              | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /r/a/b                | identity              | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /errors/503.html      | identity              | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /.well-known/x        | identity              | 404 | text/html; charset=utf-8       | no-store  |
            GET     | /healthz              | identity              | 200 | text/plain; charset=utf-8      | no-store  |
            GET     | /ws                   | identity              | 426 | text/plain; charset=utf-8      |           |
            GET     | /api/v1/rooms         | identity              | 404 |                                |           |
            OPTIONS | /whip/room            | identity              | 204 |                                |           |
            OPTIONS | /whep/room            | identity              | 204 |                                |           |
            """)
    void answersWithItsTypeCachingAndPacking(
            String method,
            String path,
            String accepted,
            int status,
            @Nullable String type,
            @Nullable String caching,
            @Nullable String encoding)
            throws IOException {
        Answer answer = https.send(method, real(path), Map.of("Accept-Encoding", accepted), NONE);

        assertEquals(status, answer.status());
        if (type != null) {
            assertEquals(type, answer.header("Content-Type"));
        }
        if (caching != null) {
            String expected = caching.equals("immutable") ? "public, max-age=31536000, immutable" : caching;
            assertEquals(expected, answer.header("Cache-Control"));
        }
        if (status == 200) {
            assertEquals(encoding, answer.header("Content-Encoding"));
        }
        if ("no-cache".equals(caching) || "immutable".equals(caching)) {
            assertEquals("Accept-Encoding", answer.header("Vary"));
        }
        assertSecurityHeaders(answer);
    }

    private String real(String path) {
        return path.equals("ASSET") ? asset : path;
    }

    private void assertSecurityHeaders(Answer answer) {
        Map<String, String> expected = Map.of(
                "Strict-Transport-Security", "max-age=63072000",
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "DENY",
                "Referrer-Policy", "no-referrer",
                "Cross-Origin-Opener-Policy", "same-origin",
                "Cross-Origin-Embedder-Policy", "require-corp",
                "Cross-Origin-Resource-Policy", "same-origin");
        expected.forEach((name, value) -> assertEquals(value, answer.header(name), name));
        String policy = Objects.requireNonNull(answer.header("Content-Security-Policy"));
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
        assertTrue(policy.contains("connect-src 'self' wss://" + httpd.authority() + ";"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(1, policy.split("default-src", -1).length - 1, "one policy");
        String permissions = Objects.requireNonNull(answer.header("Permissions-Policy"));
        assertTrue(permissions.contains("camera=(self), microphone=(self), display-capture=(self)"), permissions);
        // No version, and not what is behind it.
        assertEquals("Apache", answer.header("Server"));
        assertNull(answer.header("Via"));
    }

    @Test
    void packedFilesUnpackToTheSame() throws IOException {
        byte[] plain = https.get(asset).body();
        Answer gzip = https.get(asset, Map.of("Accept-Encoding", "gzip"));
        Answer brotli = https.get(asset, Map.of("Accept-Encoding", "br"));

        assertArrayEquals(plain, new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes());
        assertTrue(brotli.body().length < gzip.body().length, "brotli is the smaller one");
        assertTrue(gzip.body().length < plain.length / 2, "worth it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/r/room", "ASSET"})
    void knownFilesAreAnswered304InEachEncoding(String path) throws IOException {
        for (String accepted : List.of("identity", "gzip", "br")) {
            Answer first = https.get(real(path), Map.of("Accept-Encoding", accepted));
            String etag = Objects.requireNonNull(first.header("ETag"));
            Answer again = https.get(real(path), Map.of("Accept-Encoding", accepted, "If-None-Match", etag));
            assertEquals(304, again.status(), accepted);
            assertEquals(0, again.body().length);
            assertEquals(first.header("Cache-Control"), again.header("Cache-Control"));
            assertEquals(etag, again.header("ETag"));
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            POST    | /             | 405 | GET, HEAD
            DELETE  | /r/room       | 405 | GET, HEAD
            OPTIONS | /             | 405 | GET, HEAD
            PUT     | ASSET         | 405 | GET, HEAD
            POST    | /healthz      | 405 | GET, HEAD
            POST    | /ws           | 405 | GET, HEAD
            PUT     | /whip/room    | 405 | OPTIONS, POST, PATCH, DELETE
            GET     | /whip/room    | 405 | OPTIONS, POST
            PATCH   | /whip/room    | 405 | OPTIONS, POST
            GET     | /whep/room/id | 405 | OPTIONS, PATCH, DELETE
            PUT     | /whep/room    | 405 | OPTIONS, POST, PATCH, DELETE
            CONNECT | localhost:1   | 421 |
            TRACE   | /             | 405 |
            TRACE   | /whip/room    | 405 |
            MADE-UP | /             | 405 | GET, HEAD
            """)
    void refusesOtherMethodsAndNamesThoseThatItTakes(String method, String path, int status, @Nullable String allowed)
            throws IOException {
        Answer answer = https.send(method, real(path), Map.of(), NONE);
        assertEquals(status, answer.status());
        if (allowed != null) {
            // httpd adds an empty Allow of its own; a list may have empty elements (RFC 9110 §5.6.1).
            assertEquals(allowed, Objects.requireNonNull(answer.header("Allow")).replaceFirst(", $", ""));
        }
    }

    @ParameterizedTest(name = "{0} {1} with {2} bytes: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            GET  | /             | 1024   | 200
            GET  | /             | 1025   | 413
            GET  | /healthz      | 1      | 413
            POST | /whip/room    | 524288 | 400
            POST | /whip/room    | 524289 | 413
            POST | /whep/room    | 524289 | 413
            POST | /api/v1/rooms | 524288 | 404
            POST | /api/v1/rooms | 524289 | 413
            """)
    void takesBodiesAsLargeAsTheyHaveToBe(String method, String path, int sizeBytes, int status) throws IOException {
        byte[] body = "x".repeat(sizeBytes).getBytes(UTF_8);
        Answer answer = https.send(method, path, Map.of("Content-Type", "application/sdp"), body);
        assertEquals(status, answer.status(), answer.text());
    }

    @Test
    void countsBodiesThatDoNotTellTheirLength() throws IOException {
        String chunk =
                Integer.toHexString(MAX_BODY_BYTES + 1) + "\r\n" + "x".repeat(MAX_BODY_BYTES + 1) + "\r\n0\r\n\r\n";
        try (var socket = https.connect()) {
            String head = "POST /whip/room HTTP/1.1\r\nHost: " + httpd.authority()
                    + "\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + chunk).getBytes(ISO_8859_1));
            assertEquals(413, RawClient.read(socket.getInputStream(), false).status());
        }
    }

    @Test
    void refusesHeadsThatNoBrowserSends() throws IOException {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 70; i++) {
            many.put("X-" + i, "x");
        }
        assertAll(
                () -> assertEquals(414, https.get("/" + "x".repeat(4_200)).status()),
                () -> assertEquals(
                        400, https.get("/", Map.of("X", "x".repeat(8_300))).status()),
                () -> assertEquals(400, https.get("/", many).status()),
                () -> assertEquals(400, https.get("/", Map.of("Host", "a b")).status()),
                () -> assertEquals(404, https.get("/%00").status()),
                () -> assertEquals(400, https.get("/../etc/passwd").status()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /                        | /
            /r/room?lang=zh-CN       | /r/room?lang=zh-CN
            /r/a%2Fb%20c             | /r/a%2Fb%20c
            /%0d%0aSet-Cookie:%20a=b | /%0d%0aSet-Cookie:%20a=b
            //evil.example/          | /evil.example/
            """)
    void sendsPlainHttpToHttpsAtItsOwnName(String path, String target) throws IOException {
        Answer answer = http.get(path, Map.of("Host", "evil.example"));
        assertEquals(301, answer.status());
        assertEquals(
                ("https://" + httpd.authority() + target).toLowerCase(Locale.ROOT),
                Objects.requireNonNull(answer.header("Location")).toLowerCase(Locale.ROOT));
        assertNull(answer.header("Set-Cookie"));
    }

    @Test
    void answersACertificateAuthorityWithoutTls() throws IOException {
        Path challenge = httpd.client().resolve(".well-known/acme-challenge/token");
        Files.createDirectories(challenge.getParent());
        Files.writeString(challenge, "token.key");
        Answer answer = http.get("/.well-known/acme-challenge/token");
        assertEquals(200, answer.status());
        assertEquals("token.key", answer.text());
    }

    @Test
    void servesUnderItsOwnNameOnly() throws IOException {
        Answer page = https.get("/r/room?x=1", Map.of("Host", "evil.example"));
        assertEquals(301, page.status());
        assertEquals("https://" + httpd.authority() + "/r/room?x=1", page.header("Location"));
        assertEquals(
                421,
                https.send("POST", "/whip/room", Map.of("Host", "evil.example"), NONE)
                        .status());
        assertNotNull(https.get("/", Map.of("Host", httpd.authority().toUpperCase(Locale.ROOT)))
                .header("ETag"));
    }
}

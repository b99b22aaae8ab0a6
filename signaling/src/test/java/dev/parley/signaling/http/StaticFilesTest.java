package dev.parley.signaling.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    private static final String SCRIPT = "let parley = 'a conference';\n".repeat(50);

    private final StaticFiles files = new StaticFiles(Map.of(
            "/index.html", "<!doctype html><title>app</title>".getBytes(StandardCharsets.UTF_8),
            "/assets/app-B1c2.js", SCRIPT.getBytes(StandardCharsets.UTF_8),
            "/assets/logo.png", new byte[2000]));

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/r/stand-up", "/r/%E4%BC%9A%E8%AE%AE", "/?x=1"})
    void pageIsAskedForAgainEachTime(String uri) {
        Reply reply = get(uri);
        assertEquals(200, reply.status().code());
        assertEquals("no-cache", reply.headers().get("Cache-Control"));
        assertEquals("text/html; charset=utf-8", reply.headers().get("Content-Type"));
        assertTrue(reply.bodyText().contains("app"));
    }

    @Test
    void hashedAssetIsCachedForEver() {
        Reply reply = get("/assets/app-B1c2.js");
        assertEquals("public, max-age=31536000, immutable", reply.headers().get("Cache-Control"));
        assertEquals("text/javascript; charset=utf-8", reply.headers().get("Content-Type"));
        assertEquals(SCRIPT, reply.bodyText());
    }

    @Test
    void knownEtagIsAnsweredWithoutBody() {
        String etag = Objects.requireNonNull(get("/").headers().get("ETag"));
        for (String header : new String[] {etag, "W/" + etag, "\"x\", " + etag, "*"}) {
            Reply reply = get("/", "If-None-Match", header);
            assertEquals(304, reply.status().code(), header);
            assertEquals(etag, reply.headers().get("ETag"));
            assertEquals("", reply.bodyText());
        }
        assertEquals(200, get("/", "If-None-Match", "\"other\"").status().code());
    }

    @Test
    void textIsCompressedForThoseWhoAcceptIt() throws IOException {
        Reply plain = get("/assets/app-B1c2.js");
        Reply gzip = get("/assets/app-B1c2.js", "Accept-Encoding", "br, gzip;q=0.8");
        assertEquals("gzip", gzip.headers().get("Content-Encoding"));
        assertEquals("Accept-Encoding", gzip.headers().get("Vary"));
        assertNotEquals(plain.headers().get("ETag"), gzip.headers().get("ETag"));
        try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
            assertEquals(SCRIPT, new String(unzipped.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip;q=0", "gzip; q=0.0", "x-gzipped", ""})
    void textIsPlainForOthers(String acceptEncoding) {
        assertNull(get("/assets/app-B1c2.js", "Accept-Encoding", acceptEncoding)
                .headers()
                .get("Content-Encoding"));
    }

    @Test
    void imageIsNotCompressed() {
        assertNull(get("/assets/logo.png", "Accept-Encoding", "gzip").headers().get("Content-Encoding"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/assets/",
                "/assets/../index.html",
                "/../parley-defaults.yaml",
                "/%2e%2e/parley-defaults.yaml",
                "/..%2fparley-defaults.yaml",
                "/..%5cparley-defaults.yaml",
                "//etc/passwd",
                "/assets/app-B1c2.js%00.html",
                "/r/",
                "/r/a/b",
                "/logback.xml",
                "/dev/parley/web/index.html"
            })
    void nothingElseIsThere(String uri) {
        Reply reply = get(uri);
        assertEquals(404, reply.status().code());
        assertTrue(reply.bodyText().contains("Not found"));
    }

    @ParameterizedTest
    @CsvSource({"POST,405", "PUT,405", "DELETE,405", "HEAD,200"})
    void filesAreOnlyRead(String method, int status) {
        Reply reply = reply(Requests.of(method, "/", ""));
        assertEquals(status, reply.status().code());
        if (status == 405) {
            assertEquals("GET, HEAD", reply.headers().get("Allow"));
        }
    }

    @Test
    void serverWithoutClientSaysSo() {
        Reply reply = reply(new StaticFiles(Map.of()), Requests.of("GET", "/", ""));
        assertEquals(200, reply.status().code());
        assertTrue(reply.bodyText().contains("without its web client"));
        assertFalse(reply.bodyText().contains("<script"));
    }

    private Reply get(String uri, String... headers) {
        return reply(Requests.of("GET", uri, "", headers));
    }

    private Reply reply(Request request) {
        return reply(files, request);
    }

    private static Reply reply(StaticFiles files, Request request) {
        return files.handle(request).toCompletableFuture().join();
    }
}

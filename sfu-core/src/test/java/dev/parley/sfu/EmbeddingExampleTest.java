package dev.parley.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compiles and runs what the README tells embedders to write. */
final class EmbeddingExampleTest {
    private static final Path README = Path.of("../README.md");
    private static final Path README_ZH = Path.of("../README.zh-CN.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/parley/sfu/EmbeddingExample.java");
    private static final Path OFFER =
            Path.of("src/test/resources/dev/parley/sfu/sdp/offers/chromium-156-publish-and-slots.sdp");

    @Test
    void answersTheOfferOfARealBrowser() throws IOException, InterruptedException {
        int port = freePort();
        EmbeddingExample.main(new String[] {Integer.toString(port)});
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/offer"))
                            .POST(HttpRequest.BodyPublishers.ofFile(OFFER))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertEquals(201, response.statusCode());
            assertTrue(response.body().startsWith("v=0\r\n"), response.body());
            assertTrue(response.body().contains("a=ice-lite\r\n"), response.body());
            assertTrue(response.body().contains("a=setup:passive\r\n"), response.body());
            assertTrue(response.body().contains(" 127.0.0.1 "), "names a candidate: " + response.body());
        }
    }

    @Test
    void isWhatTheReadmesShow() throws IOException {
        String source = Files.readString(SOURCE);
        String example = source.substring(
                        source.indexOf("// README example begins\n") + "// README example begins\n".length(),
                        source.indexOf("// README example ends"))
                .stripTrailing()
                .stripIndent();
        assertTrue(Files.readString(README).contains(example), "README.md shows another example than\n" + example);
        assertTrue(Files.readString(README_ZH).contains(example), "README.zh-CN.md shows another example");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

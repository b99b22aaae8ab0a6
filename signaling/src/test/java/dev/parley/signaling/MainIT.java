package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.config.ConfigKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line, with the real SFU behind it. */
@Timeout(60)
class MainIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void helpExplainsEveryKey() {
        assertEquals(0, run("serve", "--help"));
        for (ConfigKey key : ConfigKey.values()) {
            assertTrue(out.toString().contains("--" + key.key() + "="), key.key());
        }
        assertTrue(out.toString().contains("--config=FILE"));
    }

    @Test
    void versionIsTold() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("parley "));
    }

    @Test
    void stopsByItselfWhenTheStartScriptOnlyWantsToSeeAStart() {
        System.setProperty("parley.stop-when-ready", "true");
        try {
            assertEquals(0, run("serve", "--http-port", "0", "--udp-port", "0"));
        } finally {
            System.clearProperty("parley.stop-when-ready");
        }
    }

    @Test
    void wrongConfigurationNamesTheKey() throws IOException {
        assertEquals(2, run("serve", "--http-port", "http"));
        assertTrue(err.toString().contains("--http-port must be a whole number"), err.toString());
        assertEquals(2, run("serve", "--no-such-key", "1"));
        assertTrue(
                err.toString().contains("Unknown options: '--no-such-key', '1' (parley serve --help"), err.toString());
        Path file = Files.writeString(folder.resolve("parley.yaml"), "http-prot: 1\n");
        assertEquals(2, run("serve", "--config", file.toString()));
        assertTrue(err.toString().contains("did you mean http-port"), err.toString());
        assertEquals(2, run());
    }

    @Test
    void configurationThatThisMachineCannotServeIsToldInOneLine() {
        assertEquals(2, run("serve", "--udp-port", "65535", "--shards", "2", "--http-port", "0"));
        assertTrue(err.toString().startsWith("parley: "), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void serverSaysWhenItIsReadyAndWhatItIs() throws Exception {
        try (PipedReader pipe = new PipedReader();
                BufferedReader lines = new BufferedReader(pipe)) {
            PrintWriter server = new PrintWriter(new PipedWriter(pipe), true);
            Map<String, String> environment = Map.of("PARLEY_HTTP_PORT", "0", "PARLEY_SHARDS", "1");
            Main main = new Main(environment, server, new PrintWriter(err, true));
            FutureTask<Integer> exitCode = new FutureTask<>(() -> main.run("serve", "--udp-port", "0"));
            Thread thread = Thread.ofPlatform().start(exitCode);

            String ready = Objects.requireNonNull(lines.readLine());
            assertTrue(ready.startsWith("Parley is ready: http://localhost:"), ready);
            assertTrue(Objects.requireNonNull(lines.readLine()).contains("development server"));
            URI health = URI.create(ready.substring(ready.indexOf("http")) + "/healthz");
            try (HttpClient http = HttpClient.newHttpClient()) {
                var response = http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
            }
            thread.interrupt();
            assertEquals(0, exitCode.get());
        }
    }

    private int run(String... arguments) {
        return new Main(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    }
}

package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.jitsi.FakeWebServer.Reply;
import dev.parley.benchmarks.jitsi.FakeWebServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
final class BridgeChannelTest {
    /** Has WebSockets at one target, and hears what is said. */
    private record Channel(BlockingQueue<String> heard) implements FakeWebServer.Handler {
        @Override
        public Reply answer(Request request) {
            return new Reply(404, "");
        }

        @Override
        public @Nullable String welcome(String target) {
            return target.equals("/colibri-ws/jvb/1/2?pwd=right") ? "{}" : null;
        }

        @Override
        public void heard(String target, String message) {
            heard.add(message);
        }
    }

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private static String failure(URI... addresses) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            IOException failure =
                    assertThrows(IOException.class, () -> BridgeChannel.open(http, "2", List.of(addresses)));
            return String.valueOf(failure.getMessage());
        }
    }

    private static URI address(int port, String password) {
        return URI.create("ws://127.0.0.1:" + port + "/colibri-ws/jvb/1/2?pwd=" + password);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void asksForSourcesAtTheFirstAddressThatAnswers() throws IOException, InterruptedException {
        try (FakeWebServer server = new FakeWebServer(new Channel(heard));
                HttpClient http = HttpClient.newHttpClient()) {
            List<URI> addresses = List.of(address(freePort(), "right"), address(server.port(), "right"));
            try (BridgeChannel channel = BridgeChannel.open(http, "2", addresses)) {
                // More than the length of a short frame.
                List<String> sources = List.of("00000001-v0", "00000002-v0", "00000003-v0", "00000004-v0");
                channel.receive(sources);
                String message = String.valueOf(heard.poll(10, TimeUnit.SECONDS));
                assertEquals(
                        BridgeChannel.constraints(sources),
                        JsonMapper.builder().build().readTree(message));
            }
        }
    }

    @Test
    void aRefusalTellsWhereAndKeepsThePassword() throws IOException {
        try (FakeWebServer server = new FakeWebServer(new Channel(heard))) {
            String why = failure(address(server.port(), "wrong"));
            assertTrue(why.contains("ws://127.0.0.1:" + server.port() + "/colibri-ws/jvb/1/2 has failed"), why);
            assertFalse(why.contains("wrong"), why);
        }
    }

    @Test
    void nobodyThereIsTold() throws IOException {
        int port = freePort();
        assertTrue(failure(address(port, "right")).contains("127.0.0.1:" + port));
        assertTrue(failure(URI.create("http://localhost/colibri-ws")).contains("http://localhost/colibri-ws"));
    }

    @Test
    void aBridgeWithoutWebSocketsIsToldWithTheKeys() {
        assertTrue(failure().contains("videobridge.websockets"));
    }
}

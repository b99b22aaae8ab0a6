package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.jitsi.FakeWebServer.Reply;
import dev.parley.benchmarks.jitsi.FakeWebServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ColibriClientTest {
    /** Answers as a test says. */
    private record Scripted(Function<Request, Reply> answers, List<Request> requests) implements FakeWebServer.Handler {
        @Override
        public Reply answer(Request request) {
            requests.add(request);
            return answers.apply(request);
        }

        @Override
        public @Nullable String welcome(String target) {
            return null;
        }

        @Override
        public void heard(String target, String message) {
            // No WebSocket is open.
        }
    }

    /** What a client is to be asked to do. */
    private interface Work {
        void with(ColibriClient client) throws IOException, InterruptedException;
    }

    private final List<Request> requests = new ArrayList<>();

    private void on(Function<Request, Reply> answers, Work work) throws IOException, InterruptedException {
        try (FakeWebServer server = new FakeWebServer(new Scripted(answers, requests));
                ColibriClient client = new ColibriClient(URI.create("http://127.0.0.1:" + server.port() + "/"))) {
            work.with(client);
        }
    }

    private String failure(Function<Request, Reply> answers) {
        return String.valueOf(assertThrows(
                        IOException.class,
                        () -> on(answers, client -> client.create(new Conference("load-0", 0).creation())))
                .getMessage());
    }

    @Test
    void aConferenceIsPostedAndChangedByPatch() throws IOException, InterruptedException {
        Conference conference = new Conference("load-0", 0);
        on(_ -> new Reply(200, "{}"), client -> {
            client.create(conference.creation());
            assertEquals(ColibriClient.object(), client.modify("end", conference.meetingId(), Conference.expiry()));
            Object _ = client.tell(conference.meetingId(), Conference.expiry()).join();
        });

        String meeting = conference.meetingId();
        assertEquals(
                List.of(
                        new Request(
                                "POST",
                                "/colibri/v2/conferences",
                                "{\"meeting-id\":\"" + meeting
                                        + "\",\"name\":\"load-0@parley.invalid\",\"create\":true}"),
                        new Request("PATCH", "/colibri/v2/conferences/" + meeting, "{\"expire\":true}"),
                        new Request("PATCH", "/colibri/v2/conferences/" + meeting, "{\"expire\":true}")),
                requests);
    }

    @Test
    void aRefusalIsToldInTheBridgesWords() {
        String asJson = failure(_ -> new Reply(400, "{\"status\":\"400\",\"message\":\"Failed to create: no\"}"));
        assertEquals("the videobridge refuses to make a conference: 400 Failed to create: no", asJson);

        String asPage = failure(_ -> new Reply(404, "<html>not here</html>"));
        assertEquals("the videobridge refuses to make a conference: 404 <html>not here</html>", asPage);
        assertTrue(failure(_ -> new Reply(500, "x".repeat(5_000))).length() < 500);
    }

    @Test
    void whatIsNoJsonIsToldAsSuch() {
        assertTrue(failure(_ -> new Reply(200, "<html>")).contains("says what is no JSON"));
    }

    @Test
    void aServerWithoutColibriIsToldWithTheKeyThatTurnsItOn() {
        IOException failure = assertThrows(IOException.class, () -> on(_ -> new Reply(404, ""), ColibriClient::check));
        assertTrue(String.valueOf(failure.getMessage()).contains("videobridge.apis.rest.enabled"));
    }

    @Test
    void theVersionIsAsTheBridgeTellsItIfItDoes() throws IOException, InterruptedException {
        on(
                request -> request.target().equals("/about/version")
                        ? new Reply(200, "{\"name\":\"JVB\",\"version\":\"2.3.105\",\"os\":\"Linux\"}")
                        : new Reply(501, ""),
                client -> assertEquals("2.3.105", client.check()));
        on(
                request -> new Reply(request.target().equals("/about/version") ? 404 : 501, ""),
                client -> assertEquals("", client.check()));
    }

    @Test
    void nobodyThereIsTold() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ColibriClient client = new ColibriClient(URI.create("http://127.0.0.1:" + port))) {
            IOException failure = assertThrows(IOException.class, client::check);
            assertTrue(String.valueOf(failure.getMessage()).startsWith("no videobridge at http://127.0.0.1:" + port));
        }
    }

    @Test
    void oneThatNeverAnswersIsNotWaitedForForEver() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ColibriClient client = new ColibriClient(
                        URI.create("http://127.0.0.1:" + mute.getLocalPort()), Duration.ofMillis(200))) {
            IOException failure = assertThrows(IOException.class, client::check);
            assertTrue(String.valueOf(failure.getMessage())
                    .endsWith("has not answered for 0.2 s, asked to tell its version"));
            assertTrue(client.tell("meeting", Conference.expiry())
                    .thenApply(_ -> true)
                    .join());
        }
    }
}

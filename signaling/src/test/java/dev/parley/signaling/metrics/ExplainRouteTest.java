package dev.parley.signaling.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.Explanation;
import dev.parley.sfu.JoinRequest;
import dev.parley.signaling.fake.FakeRooms;
import dev.parley.signaling.fake.ManualLoop;
import dev.parley.signaling.http.Reply;
import dev.parley.signaling.http.Requests;
import dev.parley.signaling.session.Admission;
import dev.parley.signaling.session.EndReason;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.Session;
import dev.parley.signaling.session.SessionClient;
import dev.parley.signaling.session.Sessions;
import dev.parley.signaling.session.SharedEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Why a picture looks as it does, by HTTP, and who may ask. */
class ExplainRouteTest {
    private static final String API_TOKEN = "the-operators";

    private final ManualLoop loop = new ManualLoop();
    private final FakeRooms rooms = new FakeRooms();
    private final Entrance entrance = new Entrance(rooms, loop, 10, _ -> {});
    private final Sessions sessions = new Sessions(loop, entrance, Duration.ofSeconds(20));
    private final ExplainRoute route = new ExplainRoute(loop, entrance, sessions, API_TOKEN);
    private final Session ada = join("ada");

    @Test
    void tellsTheOperatorWhatWasDecidedWhenAndByWhichFigures() {
        rooms.get("stage").find("ada").decisions = List.of(new Explanation.Decision(
                1_700_000_000_123L,
                "allocation",
                "estimate-fell",
                "delay-rising",
                "1",
                "TR_camera",
                new Explanation.Quality(1_280, 720, 30, 1_700_000),
                new Explanation.Quality(640, 360, 30, 500_000),
                900_000,
                2_400_000,
                85,
                0.01,
                40,
                3,
                0,
                "720p → 360p: link estimate fell to 900 kbit/s (delay rising), 3 tracks share it"));
        Reply reply = get(uri(ada.participantId()), API_TOKEN);
        assertEquals(200, reply.status().code());
        assertEquals("application/json", reply.headers().get("Content-Type"));
        assertEquals("no-store", reply.headers().get("Cache-Control"));
        JsonNode decision = new JsonMapper().readTree(reply.bodyText()).at("/decisions/0");
        assertEquals(1_700_000_000_123L, decision.get("atMs").longValue());
        assertEquals("estimate-fell", decision.get("cause").stringValue());
        assertEquals("delay-rising", decision.get("estimateCause").stringValue());
        assertEquals(900_000, decision.get("estimateBps").longValue());
        assertEquals(720, decision.at("/from/heightPx").intValue());
        assertEquals(360, decision.at("/to/heightPx").intValue());
        assertTrue(decision.get("text").stringValue().startsWith("720p → 360p: link estimate fell to 900 kbit/s"));
    }

    @Test
    void clientReadsItsOwnWithItsTokenAndNobodyElses() {
        Session bob = join("bob");
        assertEquals(
                200, get(uri(ada.participantId()), ada.resumeToken()).status().code());
        Reply refused = get(uri(bob.participantId()), ada.resumeToken());
        assertEquals(401, refused.status().code());
        assertEquals("Bearer", refused.headers().get("WWW-Authenticate"));
        // Read as often as one likes: the token still resumes the session.
        assertEquals(
                200, get(uri(ada.participantId()), ada.resumeToken()).status().code());
    }

    @Test
    void strangerLearnsNothingNotEvenWhoIsThere() {
        assertEquals(401, get(uri(ada.participantId()), "guessed").status().code());
        assertEquals(401, get(uri("PA_nobody"), "guessed").status().code());
        assertEquals(401, get(uri(ada.participantId()), "").status().code());
        Reply without = send("GET", uri(ada.participantId()));
        assertEquals(401, without.status().code());
    }

    @Test
    void serverWithoutAnApiTokenTakesNone() {
        ExplainRoute closed = new ExplainRoute(loop, entrance, sessions, "");
        var reply = closed.handle(Requests.of("GET", uri(ada.participantId()), "", "Authorization", "Bearer "))
                .toCompletableFuture();
        loop.run();
        assertEquals(401, reply.join().status().code());
    }

    @Test
    void whoIsNotThereIsNotFound() {
        assertEquals(404, get(uri("PA_nobody"), API_TOKEN).status().code());
        assertEquals(
                404,
                get("/api/v1/rooms/other/participants/" + ada.participantId() + "/explain", API_TOKEN)
                        .status()
                        .code());
        assertEquals(404, get("/api/v1/rooms/stage/explain", API_TOKEN).status().code());
        assertEquals(405, send("POST", uri(ada.participantId())).status().code());
    }

    private static String uri(String participantId) {
        return "/api/v1/rooms/stage/participants/" + participantId + "/explain";
    }

    private Session join(String identity) {
        var begun = sessions.join(
                new Admission.Request("stage", JoinRequest.of(identity), "192.0.2.1", null), new Listener());
        loop.run();
        return begun.join().session();
    }

    private Reply get(String uri, String token) {
        return send("GET", uri, "Authorization", "Bearer " + token);
    }

    private Reply send(String method, String uri, String... headers) {
        assertTrue(route.handles(uri));
        var reply = route.handle(Requests.of(method, uri, "", headers)).toCompletableFuture();
        loop.run();
        assertNotNull(reply.getNow(null), "not answered");
        return reply.join();
    }

    /** A client that nobody looks at. */
    private final class Listener implements SessionClient {
        @Override
        public void event(SharedEvent event) {}

        @Override
        public void ended(EndReason reason) {}

        @Override
        public long lastHeardNs() {
            return loop.nowNs();
        }
    }
}

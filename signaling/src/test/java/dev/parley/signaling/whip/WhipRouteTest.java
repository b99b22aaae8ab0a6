package dev.parley.signaling.whip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.fake.FakeParticipant;
import dev.parley.signaling.fake.FakeRoom;
import dev.parley.signaling.fake.FakeRooms;
import dev.parley.signaling.fake.ManualLoop;
import dev.parley.signaling.http.Reply;
import dev.parley.signaling.http.Requests;
import dev.parley.signaling.session.Entrance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WHIP and WHEP against fake rooms on a virtual clock: grace 20 s. */
class WhipRouteTest {
    private static final String PASSWORD = "clientpasswordclientpassword";
    private static final String CREDENTIALS = "a=ice-ufrag:cli0\r\na=ice-pwd:" + PASSWORD + "\r\n";
    private static final String OFFER = "v=0\r\n" + CREDENTIALS;
    private static final String VIEWER_OFFER = OFFER + "slots:a0,v1\r\n";
    private static final String RESTART = "a=ice-ufrag:cli1\r\na=ice-pwd:" + PASSWORD + "\r\n";

    private final ManualLoop loop = new ManualLoop();
    private final FakeRooms rooms = new FakeRooms();
    private final FakeRoom room = rooms.get("stage");
    private final ServerConfig config = ServerConfig.defaults()
            .with(ConfigKey.ALLOWED_ORIGINS, "https://studio.example")
            .with(ConfigKey.JOINS_PER_MINUTE_PER_ADDRESS, 10)
            .with(
                    ConfigKey.ICE_SERVERS,
                    List.of(
                            "stun:stun.example",
                            Map.of("urls", "turn:turn.example", "username", "u", "credential", "a\"b")));
    private final WhipRoute route =
            new WhipRoute(loop, new Entrance(rooms, loop, config.joinsPerMinutePerAddress(), _ -> {}), config);

    // --- publishing -------------------------------------------------------------------------------------------------

    @Test
    void postJoinsAndIsAnswered() {
        Reply reply = post("/whip/stage?identity=ada&name=Ada", OFFER);
        assertEquals(201, reply.status().code());
        assertEquals("application/sdp", reply.headers().get("Content-Type"));
        assertTrue(reply.bodyText().startsWith("v=0"));
        assertTrue(location(reply).matches("/whip/stage/[A-Za-z0-9_-]{22,}"), location(reply));
        assertEquals("\"server1\"", reply.headers().get("ETag"));
        assertEquals(
                "<stun:stun.example>; rel=\"ice-server\", <turn:turn.example>; rel=\"ice-server\"; username=\"u\";"
                        + " credential=\"a\\\"b\"; credential-type=\"password\"",
                reply.headers().get("Link"));
        assertEquals("Ada", room.find("ada").snapshot().name());
    }

    @Test
    void roomNameIsEncodedInLocation() {
        Reply reply = post("/whip/main%20hall", OFFER);
        assertTrue(location(reply).startsWith("/whip/main%20hall/"), location(reply));
        assertEquals(1, rooms.get("main hall").participants.size());
    }

    @Test
    void roomDoesNotSeeTheKeyThatEndsTheSession() {
        String location = location(post("/whip/stage", OFFER));
        String key = location.substring(location.lastIndexOf('/') + 1);
        String identity =
                room.participants.values().iterator().next().snapshot().identity();
        assertTrue(identity.startsWith("whip-"), identity);
        assertFalse(identity.contains(key), identity);
    }

    @Test
    void deleteEndsTheSession() {
        String location = location(post("/whip/stage?identity=ada", OFFER));
        assertEquals(200, send("DELETE", location, "").status().code());
        assertFalse(room.has("ada"));
        assertEquals(404, send("DELETE", location, "").status().code());
        assertEquals(404, patch(location, "*", RESTART).status().code());
        assertEquals(0, room.listenerCount());
        assertEquals(0, loop.timersWaiting());
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, '', 415",
        "'', '', 415",
        "application/sdp, text/html, 406",
        "application/sdp, 'text/html, application/sdp;q=0.5', 201",
        "Application/SDP; charset=utf-8, application/*, 201",
        "application/sdp, */*, 201",
    })
    void mediaTypesAreNegotiated(String contentType, String accept, int status) {
        Reply reply = accept.isEmpty()
                ? send("POST", "/whip/stage", OFFER, "Content-Type", contentType)
                : send("POST", "/whip/stage", OFFER, "Content-Type", contentType, "Accept", accept);
        assertEquals(status, reply.status().code());
        if (status == 415) {
            assertEquals("application/sdp", reply.headers().get("Accept-Post"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /whip/stage, 405",
        "PUT, /whep/stage, 405",
        "DELETE, /whip/stage, 405",
        "GET, /whip/stage/key, 405",
        "POST, /whip/stage/key, 405",
        "POST, /whip/, 404",
        "POST, /whip/stage/key/more, 404",
        "DELETE, /whip/stage/key, 404",
    })
    void otherMethodsAndPathsAreRefused(String method, String path, int status) {
        Reply reply = send(method, path, OFFER, "Content-Type", "application/sdp");
        assertEquals(status, reply.status().code());
        assertEquals(status == 405, reply.headers().containsKey("Allow"));
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_SDP, 400",
        "UNSUPPORTED_SDP, 422",
        "PARTICIPANT_LIMIT, 503",
        "OVERLOADED, 503",
        "SLOT_LIMIT, 422",
    })
    void refusalsHaveStatusAndCode(SfuException.Code code, int status) {
        room.refusal = code;
        Reply reply = post("/whip/stage", OFFER);
        assertEquals(status, reply.status().code());
        assertEquals("application/problem+json", reply.headers().get("Content-Type"));
        assertTrue(reply.bodyText().contains("\"code\":\"" + code.wireName() + "\""), reply.bodyText());
        assertEquals(status == 503, reply.headers().containsKey("Retry-After"));
    }

    @Test
    void offerWithoutIceCredentialsIsRefused() {
        assertEquals(400, post("/whip/stage", "v=0\r\n").status().code());
        assertEquals(
                400, post("/whip/stage?name=" + "x".repeat(129), OFFER).status().code());
    }

    @Test
    void joinsAreLimitedByAddress() {
        for (int i = 0; i < 10; i++) {
            assertEquals(201, post("/whip/stage", OFFER).status().code());
        }
        assertEquals(429, post("/whip/stage", OFFER).status().code());
    }

    // --- CORS -------------------------------------------------------------------------------------------------------

    @Test
    void preflightOfAllowedPageIsAnswered() {
        Reply reply = send("OPTIONS", "/whip/stage", "", "Origin", "https://studio.example", "Host", "localhost");
        assertEquals(204, reply.status().code());
        assertEquals("application/sdp", reply.headers().get("Accept-Post"));
        assertEquals("https://studio.example", reply.headers().get("Access-Control-Allow-Origin"));
        assertTrue(header(reply, "Access-Control-Allow-Methods").contains("POST"));
        assertTrue(header(reply, "Access-Control-Allow-Headers").contains("If-Match"));
        assertTrue(header(reply, "Access-Control-Expose-Headers").contains("Location"));
        Reply session = send("OPTIONS", "/whip/stage/key", "", "Origin", "https://studio.example", "Host", "localhost");
        assertTrue(header(session, "Access-Control-Allow-Methods").contains("PATCH"));
    }

    @Test
    void otherPagesAreRefused() {
        Reply reply = send("OPTIONS", "/whip/stage", "", "Origin", "https://evil.example", "Host", "localhost");
        assertEquals(403, reply.status().code());
        assertFalse(reply.headers().containsKey("Access-Control-Allow-Origin"));
    }

    // --- PATCH ------------------------------------------------------------------------------------------------------

    @Test
    void newCredentialsRestartIce() {
        Reply created = post("/whip/stage?identity=ada", OFFER);
        Reply reply = patch(location(created), "*", RESTART);
        assertEquals(200, reply.status().code());
        assertEquals("application/trickle-ice-sdpfrag", reply.headers().get("Content-Type"));
        assertTrue(reply.bodyText().contains("a=ice-ufrag:server2"), reply.bodyText());
        assertFalse(reply.bodyText().contains("v=0"), "a whole description");
        assertEquals("\"server2\"", reply.headers().get("ETag"));
        assertEquals("v=0\r\n" + RESTART, room.find("ada").offers.getLast().sdp());
        assertEquals(
                412, patch(location(created), "\"server1\"", RESTART).status().code());
        assertEquals(
                204, patch(location(created), "\"server2\"", RESTART).status().code());
    }

    @Test
    void trickledCandidatesAreTakenAndIgnored() {
        Reply created = post("/whip/stage?identity=ada", OFFER);
        String fragment = CREDENTIALS + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
        assertEquals(
                204,
                patch(location(created), header(created, "ETag"), fragment)
                        .status()
                        .code());
        assertEquals(1, room.find("ada").offers.size());
    }

    @Test
    void patchNeedsTheRightTypeAndPrecondition() {
        String location = location(post("/whip/stage", OFFER));
        Reply wrongType = send("PATCH", location, RESTART, "Content-Type", "application/sdp", "If-Match", "*");
        assertEquals(415, wrongType.status().code());
        assertEquals("application/trickle-ice-sdpfrag", wrongType.headers().get("Accept-Patch"));
        Reply unconditional = send("PATCH", location, RESTART, "Content-Type", IceFragment.MEDIA_TYPE);
        assertEquals(428, unconditional.status().code());
        assertEquals(412, patch(location, "\"other\"", RESTART).status().code());
        assertEquals(400, patch(location, "*", "a=mid:0\r\n").status().code());
    }

    // --- the end by media -------------------------------------------------------------------------------------------

    @Test
    void sessionEndsWhenConsentIsLostAndNoRestartFollows() {
        post("/whip/stage?identity=ada", OFFER);
        FakeParticipant ada = room.find("ada");
        ada.state(ConnectionState.CONNECTED);
        loop.passSeconds(3600);
        ada.state(ConnectionState.DISCONNECTED);
        loop.passSeconds(9);
        assertTrue(room.has("ada"));
        ada.state(ConnectionState.CONNECTED);
        loop.passSeconds(60);
        assertTrue(room.has("ada"), "ended although consent had come back");
        ada.state(ConnectionState.DISCONNECTED);
        loop.passSeconds(11);
        assertEquals(LeaveReason.TIMED_OUT, ada.leftBecause);
    }

    @Test
    void sessionThatNeverConnectsEnds() {
        post("/whip/stage?identity=ada", OFFER);
        loop.passSeconds(21);
        assertFalse(room.has("ada"));
    }

    @Test
    void sessionOfRemovedParticipantIsGone() {
        String location = location(post("/whip/stage?identity=ada", OFFER));
        room.find("ada").left(LeaveReason.REMOVED);
        loop.run();
        assertEquals(404, send("DELETE", location, "").status().code());
    }

    @Test
    void serverCloseEndsAllSessions() {
        post("/whip/stage?identity=ada", OFFER);
        FakeParticipant ada = room.find("ada");
        route.close();
        assertEquals(LeaveReason.SERVER_SHUTDOWN, ada.leftBecause);
    }

    // --- viewing ----------------------------------------------------------------------------------------------------

    @Test
    void viewerGetsTheFirstPublisher() {
        room.add("silent");
        publish(room.add("ada"), "1");
        publish(room.add("grace"), "2");
        Reply reply = post("/whep/stage?identity=viewer", VIEWER_OFFER);
        assertTrue(location(reply).startsWith("/whep/stage/"));
        assertEquals(Map.of("a0", "TR_a1", "v1", "TR_v1"), room.find("viewer").slots);
    }

    @Test
    void viewerGetsThePublisherItNames() {
        publish(room.add("ada"), "1");
        FakeParticipant grace = room.add("grace");
        publish(grace, "2");
        post("/whep/stage?identity=byIdentity&participant=grace", VIEWER_OFFER);
        post("/whep/stage?identity=byId&participant=" + grace.id(), VIEWER_OFFER);
        assertEquals(Map.of("a0", "TR_a2", "v1", "TR_v2"), room.find("byIdentity").slots);
        assertEquals(Map.of("a0", "TR_a2", "v1", "TR_v2"), room.find("byId").slots);
    }

    @Test
    void viewerWaitsForThePublisherAndFollowsIt() {
        assertEquals(
                201,
                post("/whep/stage?identity=viewer&participant=ada", VIEWER_OFFER)
                        .status()
                        .code());
        FakeParticipant viewer = room.find("viewer");
        viewer.state(ConnectionState.CONNECTED);
        assertEquals(Map.of(), viewer.slots);

        FakeParticipant ada = room.add("ada");
        publish(ada, "1");
        loop.run();
        assertEquals(Map.of("a0", "TR_a1", "v1", "TR_v1"), viewer.slots);

        ada.unpublish("TR_v1");
        room.emit(new RoomEvent.SlotEnded(viewer.id(), "v1", "TR_v1"));
        ada.publish("TR_v3", MediaKind.VIDEO);
        loop.run();
        assertEquals("TR_v3", viewer.slots.get("v1"));

        ada.left(LeaveReason.LEFT);
        loop.run();
        publish(room.add("ada"), "4");
        loop.run();
        assertEquals(Map.of("a0", "TR_a4", "v1", "TR_v4"), viewer.slots);
    }

    @Test
    void viewerStaysWithItsPublisherWhileOthersCome() {
        FakeParticipant ada = room.add("ada");
        post("/whep/stage?identity=viewer", VIEWER_OFFER);
        FakeParticipant viewer = room.find("viewer");
        publish(room.add("grace"), "2");
        loop.run();
        assertEquals("TR_v2", viewer.slots.get("v1"));
        publish(ada, "1");
        loop.run();
        assertEquals("TR_v2", viewer.slots.get("v1"), "changed to another publisher");
        room.find("grace").left(LeaveReason.LEFT);
        loop.run();
        assertEquals("TR_v1", viewer.slots.get("v1"));
    }

    @Test
    void viewerDoesNotWatchItself() {
        post("/whep/stage?identity=viewer", VIEWER_OFFER);
        FakeParticipant viewer = room.find("viewer");
        publish(viewer, "1");
        loop.run();
        assertEquals(Map.of(), viewer.slots);
        assertNotEquals(LeaveReason.TIMED_OUT, viewer.leftBecause);
    }

    private static void publish(FakeParticipant participant, String number) {
        participant.publish("TR_a" + number, MediaKind.AUDIO);
        participant.publish("TR_v" + number, MediaKind.VIDEO);
    }

    @Test
    void floodOfRestartsIsRefusedForAWhile() {
        String location = location(post("/whip/stage?identity=ada", OFFER));
        @Nullable Reply last = null;
        for (int i = 0; i < 100; i++) {
            last = patch(location, "*", RESTART.replace("cli1", "flood" + i));
        }
        assertEquals(429, Objects.requireNonNull(last).status().code());
        assertEquals(31, room.find("ada").offers.size());
    }

    @Test
    void encodedSlashIsNoPath() {
        Reply reply = post("/whip%2Fstage", OFFER);
        assertEquals(404, reply.status().code());
    }

    private Reply post(String uri, String offer) {
        return send("POST", uri, offer, "Content-Type", "application/sdp");
    }

    private Reply patch(String uri, String ifMatch, String fragment) {
        return send("PATCH", uri, fragment, "Content-Type", IceFragment.MEDIA_TYPE, "If-Match", ifMatch);
    }

    private Reply send(String method, String uri, String body, String... headers) {
        var reply = route.handle(Requests.of(method, uri, body, headers)).toCompletableFuture();
        loop.run();
        return reply.join();
    }

    private static String location(Reply reply) {
        return header(reply, "Location");
    }

    private static String header(Reply reply, String name) {
        return Objects.requireNonNull(reply.headers().get(name), () -> "no " + name + " in " + reply.bodyText());
    }
}

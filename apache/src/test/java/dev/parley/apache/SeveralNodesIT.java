package dev.parley.apache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.apache.RawClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The balancer: two SFUs, whose rooms stay together, also when one of them is gone. */
class SeveralNodesIT {
    private static final List<String> ROOMS = List.of("a", "b", "c", "stand-up", "lobby", "会议", "a b", "x/y", "50%");
    private static final Pattern ROOM_ID = Pattern.compile("\"room\":\\{\"id\":\"(RM_\\w+)\"");

    @Test
    void aRoomIsOnOneNodeWhoeverJoinsAndMovesAsAWhole() throws IOException, InterruptedException {
        try (Server first = Server.start();
                EchoServer second = new EchoServer();
                HttpClient client =
                        HttpClient.newBuilder().sslContext(RawClient.trusting()).build()) {
            var httpd = Httpd.start(Map.of(
                    "UPSTREAM", "several-nodes",
                    "NODE_1", first.address(),
                    "NODE_2", second.address()));
            try (httpd) {
                assertEquals("Syntax OK", httpd.configtest().strip());
                RawClient https = RawClient.https(httpd.httpsPort());

                Map<String, Boolean> onSecond = new TreeMap<>();
                for (String room : ROOMS) {
                    onSecond.put(room, isEcho(https.get(path(room))));
                }
                assertTrue(
                        onSecond.containsValue(true) && onSecond.containsValue(false), "both have rooms: " + onSecond);
                for (String room : ROOMS) {
                    for (int i = 0; i < 3; i++) {
                        assertEquals(onSecond.get(room), isEcho(https.get(path(room))), room);
                        assertEquals(onSecond.get(room), isEcho(https.get("/whep/" + encoded(room) + "?x=" + i)), room);
                        assertEquals(onSecond.get(room), isEcho(https.get("/ws?a=b&room=" + encoded(room))), room);
                    }
                }

                String here = onSecond.entrySet().stream()
                        .filter(entry -> !entry.getValue())
                        .findFirst()
                        .orElseThrow()
                        .getKey();
                assertEquals(roomId(client, httpd, here), roomId(client, httpd, here), "two people meet");

                second.stop();
                Programs.await(
                        "the rooms of the node that is gone are on the other one",
                        () -> ROOMS.stream().allMatch(room -> status(https, path(room)) == 405));
                for (String room : ROOMS) {
                    assertEquals(
                            roomId(client, httpd, room), roomId(client, httpd, room), "two people meet in " + room);
                }
            }
        }
    }

    private static String path(String room) {
        return "/whip/" + encoded(room);
    }

    private static String encoded(String room) {
        return URLEncoder.encode(room, UTF_8).replace("+", "%20");
    }

    /** The echo server answers 200 to a GET, at which an SFU answers that WHIP is POSTed to. */
    private static boolean isEcho(Answer answer) {
        assertTrue(
                answer.status() == 200 || answer.status() == 405 || answer.status() == 426,
                "status " + answer.status());
        return answer.status() == 200;
    }

    private static int status(RawClient client, String path) {
        try {
            return client.get(path).status();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The server's own id of the room that a WebSocket joins: another SFU would give another one. */
    private static String roomId(HttpClient client, Httpd httpd, String room) {
        URI uri = URI.create("wss://" + httpd.authority() + "/ws?room=" + encoded(room));
        SignalingSocket socket =
                SignalingSocket.join(client, uri, room.replace("\"", ""), "Ann").join();
        Matcher id = ROOM_ID.matcher(socket.joined());
        assertTrue(id.find(), socket.joined());
        return Objects.requireNonNull(id.group(1));
    }
}

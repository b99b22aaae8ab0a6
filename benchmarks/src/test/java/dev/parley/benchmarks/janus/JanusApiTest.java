package dev.parley.benchmarks.janus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The exchange with Janus, against answers as Janus 1.1.2 writes them. */
final class JanusApiTest {
    private final JsonMapper mapper = new JsonMapper();
    private final List<JsonNode> sent = new ArrayList<>();
    /** Janus's messages for a request, in which {@code $t} stands for its transaction. */
    private UnaryOperator<String> janus = request -> "";

    private final JanusApi api = new JanusApi(this::toJanus);

    private void toJanus(String text) {
        JsonNode request = mapper.readTree(text);
        sent.add(request);
        String transaction = request.path("transaction").asString();
        janus.apply(request.path("janus").asString())
                .replace("$t", transaction)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(api::received);
    }

    @Test
    void makesASessionAndAttaches() throws IOException, InterruptedException {
        janus = request -> request.equals("create")
                ? "{\"janus\":\"success\",\"transaction\":\"$t\",\"data\":{\"id\":77}}"
                : "{\"janus\":\"success\",\"session_id\":77,\"transaction\":\"$t\",\"data\":{\"id\":4711}}";
        JanusSession session = JanusSession.create(api);
        assertEquals(4_711, session.attach());
        assertEquals("janus.plugin.videoroom", sent.getLast().path("plugin").asString());
        assertEquals(77, sent.getLast().path("session_id").asLong());
        assertTrue(!sent.getFirst()
                .path("transaction")
                .asString()
                .equals(sent.getLast().path("transaction").asString()));
    }

    @Test
    void waitsForTheEventBehindAnAcknowledgement() throws IOException, InterruptedException {
        janus = request -> """
                {"janus":"ack","session_id":77,"transaction":"$t"}
                {"janus":"event","session_id":77,"transaction":"$t","sender":4711,"plugindata":{"plugin":"janus.plugin.videoroom","data":{"videoroom":"event","room":"a","configured":"ok"}},"jsep":{"type":"answer","sdp":"v=0"}}
                """;
        JsonNode answer = session().ask("publish", 4_711, api.object().put("request", "publish"), "offer", "v=0\r\n");
        assertEquals("v=0", answer.path("jsep").path("sdp").asString());
        JsonNode jsep = sent.getLast().path("jsep");
        assertEquals("offer", jsep.path("type").asString());
        assertEquals("lmh", jsep.path("rid_order").asString());
        assertEquals("publish", sent.getLast().path("body").path("request").asString());
        assertEquals(4_711, sent.getLast().path("handle_id").asLong());
    }

    private JanusSession session() throws IOException, InterruptedException {
        UnaryOperator<String> next = janus;
        janus = request -> "{\"janus\":\"success\",\"transaction\":\"$t\",\"data\":{\"id\":77}}";
        JanusSession session = JanusSession.create(api);
        janus = next;
        return session;
    }

    @Test
    void tellsWhatTheCoreRefuses() {
        janus = request ->
                "{\"janus\":\"error\",\"transaction\":\"$t\",\"error\":{\"code\":458,\"reason\":\"No such session 1\"}}";
        JanusException refused = assertThrows(JanusException.class, () -> JanusSession.create(api));
        assertEquals("Janus refuses to create a session: No such session 1", refused.getMessage());
    }

    @Test
    void tellsWhatTheVideoRoomRefuses() throws IOException, InterruptedException {
        janus = request -> """
                {"janus":"ack","session_id":77,"transaction":"$t"}
                {"janus":"event","session_id":77,"transaction":"$t","sender":1,"plugindata":{"plugin":"janus.plugin.videoroom","data":{"videoroom":"event","error_code":426,"error":"No such room (x)"}}}
                """;
        JanusSession session = session();
        JanusException refused = assertThrows(
                JanusException.class,
                () -> session.ask("join a room", 1, api.object().put("request", "join")));
        assertEquals("Janus refuses to join a room: No such room (x)", refused.getMessage());
    }

    @Test
    void hearsWhatComesByItself() {
        List<String> heard = new ArrayList<>();
        api.listen(
                4_711,
                message -> heard.add(message.path("plugindata")
                        .path("data")
                        .path("publishers")
                        .path(0)
                        .path("display")
                        .asString()));
        String event = "{\"janus\":\"event\",\"sender\":%d,\"plugindata\":{\"data\":{\"videoroom\":\"event\","
                + "\"publishers\":[{\"id\":\"f1\",\"display\":\"r0-m1\",\"streams\":[{\"type\":\"audio\",\"mid\":\"0\"}]}]}}}";
        api.received(event.formatted(4_711));
        api.received(event.formatted(4_712));
        api.forget(4_711);
        api.received(event.formatted(4_711));
        assertEquals(List.of("r0-m1"), heard);
    }

    @Test
    void failsWhoWaitsWhenTheConnectionEnds() {
        janus = request -> {
            api.closed(new IOException("gone"));
            return "";
        };
        IOException failure = assertThrows(IOException.class, () -> JanusSession.create(api));
        assertEquals("java.io.IOException: gone", String.valueOf(failure.getCause()));
    }

    @Test
    void goesOnAfterWhatIsNoJson() throws IOException, InterruptedException {
        api.received("{");
        janus = request -> "{\"janus\":\"success\",\"transaction\":\"$t\",\"data\":{\"id\":77}}";
        JanusSession.create(api);
        assertEquals(1, sent.size());
    }
}

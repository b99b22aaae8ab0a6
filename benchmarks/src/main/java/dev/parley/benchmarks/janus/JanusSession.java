package dev.parley.benchmarks.janus;

import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One session of Janus's API, which may have any number of handles. Any thread. */
final class JanusSession {
    private final JanusApi api;
    private final long id;

    private JanusSession(JanusApi api, long id) {
        this.api = api;
        this.id = id;
    }

    static JanusSession create(JanusApi api) throws IOException, InterruptedException {
        JsonNode answer = api.ask("create a session", api.object().put("janus", "create"));
        return new JanusSession(api, answer.path("data").path("id").asLong());
    }

    JanusApi api() {
        return api;
    }

    /** Janus's version, such as {@code 1.1.2}. */
    String version() throws IOException, InterruptedException {
        return api.ask("tell its version", api.object().put("janus", "info"))
                .path("version_string")
                .asString("");
    }

    /** A new handle of the video room: one connection. */
    long attach() throws IOException, InterruptedException {
        ObjectNode attach = message("attach").put("plugin", "janus.plugin.videoroom");
        return api.ask("attach to the video room", attach)
                .path("data")
                .path("id")
                .asLong();
    }

    /** Ends a handle and its connection, without waiting. */
    void detach(long handle) {
        api.forget(handle);
        api.tell(message("detach").put("handle_id", handle));
    }

    /** Says that this is still here. */
    void keepAlive() {
        api.tell(message("keepalive"));
    }

    /** A request to the video room. */
    JsonNode ask(String what, long handle, ObjectNode body) throws IOException, InterruptedException {
        return api.ask(what, request(handle, body));
    }

    /**
     * A request to the video room, with a description.
     *
     * @param type {@code offer} or {@code answer}
     */
    JsonNode ask(String what, long handle, ObjectNode body, String type, String sdp)
            throws IOException, InterruptedException {
        ObjectNode request = request(handle, body);
        request.putObject("jsep")
                .put("type", type)
                .put("sdp", sdp)
                // All candidates are in it, and layers go from low to high.
                .put("trickle", false)
                .put("rid_order", "lmh");
        return api.ask(what, request);
    }

    private ObjectNode request(long handle, ObjectNode body) {
        ObjectNode request = message("message").put("handle_id", handle);
        request.set("body", body);
        return request;
    }

    private ObjectNode message(String kind) {
        return api.object().put("janus", kind).put("session_id", id);
    }
}

package dev.parley.benchmarks.jitsi;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A videobridge's HTTP interface: Colibri2 in JSON, and what it says of itself. Any thread. */
final class ColibriClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);
    private static final long GOODBYE_SECONDS = 5;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_REASON = 300;
    private static final String CONFERENCES = "/colibri/v2/conferences";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** HTTP 1.1, which the bridge's server has without negotiation. */
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    private final String address;
    private final Duration patience;

    /** @param address where its private HTTP interface is, such as {@code http://localhost:8080} */
    ColibriClient(URI address) {
        this(address, ANSWER);
    }

    ColibriClient(URI address, Duration patience) {
        this.address = address.toString().replaceAll("/+$", "");
        this.patience = patience;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    HttpClient http() {
        return http;
    }

    /**
     * The bridge's version, such as {@code 2.3.105-ga1b2c3d}, or an empty text if it does not tell.
     *
     * @throws IOException if there is no bridge, or its Colibri interface is off
     */
    String check() throws IOException, InterruptedException {
        HttpResponse<String> version =
                send("tell its version", request("/about/version").GET());
        // What is there to be asked is 501, "not implemented", since nobody ever defined a list of conferences.
        HttpResponse<String> conferences =
                send("tell its conferences", request(CONFERENCES).GET());
        if (conferences.statusCode() == NOT_FOUND) {
            throw new IOException("at " + address + " there is no Colibri2 interface: it is a videobridge's with"
                    + " videobridge.apis.rest.enabled = true, at its private HTTP port");
        }
        return isSuccess(version)
                ? read("tell its version", version).path("version").asString("")
                : "";
    }

    /** Makes a conference. */
    void create(ObjectNode conference) throws IOException, InterruptedException {
        JsonNode _ = ask("make a conference", "POST", CONFERENCES, conference);
    }

    /** Changes a conference; {@code what} is for messages, such as {@code take r0-m1}. */
    JsonNode modify(String what, String meetingId, ObjectNode change) throws IOException, InterruptedException {
        return ask(what, "PATCH", CONFERENCES + "/" + meetingId, change);
    }

    /** Changes a conference, whatever becomes of it: completes always, and after some seconds at the latest. */
    CompletableFuture<?> tell(String meetingId, ObjectNode change) {
        HttpRequest request = request(CONFERENCES + "/" + meetingId)
                .method("PATCH", HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(change)))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((_, _) -> true)
                .completeOnTimeout(false, GOODBYE_SECONDS, TimeUnit.SECONDS);
    }

    private JsonNode ask(String what, String method, String path, ObjectNode body)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher json = HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
        HttpResponse<String> response = send(what, request(path).method(method, json));
        if (!isSuccess(response)) {
            throw new IOException(
                    "the videobridge refuses to " + what + ": " + response.statusCode() + " " + reason(response));
        }
        return read(what, response);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(patience)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json");
    }

    private HttpResponse<String> send(String what, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw new IOException(
                    "the videobridge at " + address + " has not answered for " + patience.toMillis() / 1e3
                            + " s, asked to " + what,
                    e);
        } catch (IOException e) {
            throw new IOException("no videobridge at " + address + ": " + e, e);
        }
    }

    private static boolean isSuccess(HttpResponse<?> response) {
        return response.statusCode() / 100 == 2;
    }

    private static JsonNode read(String what, HttpResponse<String> response) throws IOException {
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException("the videobridge, asked to " + what + ", says what is no JSON", e);
        }
    }

    /** Its HTTP server puts the reason in an error page, which is JSON if it can write that. */
    private static String reason(HttpResponse<String> response) {
        String body = response.body().strip();
        try {
            String message = JSON.readTree(body).path("message").asString("");
            return message.isEmpty() ? shortened(body) : message;
        } catch (JacksonException e) {
            return shortened(body);
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

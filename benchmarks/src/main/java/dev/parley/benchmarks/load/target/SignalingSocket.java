package dev.parley.benchmarks.load.target;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Parley's signaling, from a client's side: requests with their replies, and events. Any thread. */
final class SignalingSocket implements WebSocket.Listener, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long REPLY_SECONDS = 20;

    private final StringBuilder message = new StringBuilder();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Consumer<JsonNode> events;
    private @Nullable WebSocket socket;
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

    private SignalingSocket(Consumer<JsonNode> events) {
        this.events = events;
    }

    /** Connects; {@code events} is given whatever is no reply, in order. */
    static SignalingSocket open(HttpClient http, URI address, Consumer<JsonNode> events)
            throws IOException, InterruptedException {
        SignalingSocket signaling = new SignalingSocket(events);
        CompletableFuture<WebSocket> connecting = http.newWebSocketBuilder().buildAsync(address, signaling);
        signaling.socket = await(connecting, "the WebSocket");
        return signaling;
    }

    static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    /** Sends a request. */
    synchronized CompletableFuture<JsonNode> request(ObjectNode request) {
        long id = ids.incrementAndGet();
        request.put("id", id);
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        WebSocket open = socket;
        if (open == null) {
            reply.completeExceptionally(new IOException("not connected"));
            return reply;
        }
        String text = JSON.writeValueAsString(request);
        // One message at a time, as java.net.http has it.
        sending = sending.handle((_, _) -> text).thenCompose(next -> open.sendText(next, true));
        return reply;
    }

    /** Sends a request and waits for its reply, which is of the type {@code expected} or makes this fail. */
    JsonNode call(ObjectNode request, String expected) throws IOException, InterruptedException {
        JsonNode reply = await(request(request), expected);
        if (!reply.path("type").asString("").equals(expected)) {
            throw new IOException("instead of " + expected + ": " + reply);
        }
        return reply;
    }

    private static <T> T await(CompletableFuture<T> future, String what) throws IOException, InterruptedException {
        try {
            return future.get(REPLY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            throw new IOException(what + " has failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(what + " has not come", e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            String text = message.toString();
            message.setLength(0);
            onMessage(JSON.readTree(text));
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private void onMessage(JsonNode parsed) {
        CompletableFuture<JsonNode> reply =
                parsed.has("id") ? waiting.remove(parsed.path("id").asLong()) : null;
        if (reply != null) {
            reply.complete(parsed);
        } else {
            events.accept(parsed);
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        onError(from, new IOException("closed: " + status + " " + reason));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        waiting.values().forEach(reply -> reply.completeExceptionally(error));
        waiting.clear();
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}

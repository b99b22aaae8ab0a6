package dev.parley.benchmarks.janus;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Janus's JSON API, whatever carries it: requests and their answers are told apart by transactions, and what comes by itself
 * by the handle it is for. Any thread may ask; answers are taken by one.
 */
final class JanusApi {
    private static final long PATIENCE_SECONDS = 20;

    private final JsonMapper mapper = new JsonMapper();
    private final Consumer<String> send;
    private final AtomicLong transactions = new AtomicLong();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final Map<Long, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();

    /** An answer that is waited for. */
    private record Pending(String request, CompletableFuture<JsonNode> answer) {}

    /** @param send takes a message to Janus */
    JanusApi(Consumer<String> send) {
        this.send = send;
    }

    ObjectNode object() {
        return mapper.createObjectNode();
    }

    /** Hears what comes for a handle without having been asked for, on the thread that takes messages: it must not block. */
    void listen(long handle, Consumer<JsonNode> listener) {
        listeners.put(handle, listener);
    }

    void forget(long handle) {
        listeners.remove(handle);
    }

    /**
     * Asks, and waits for the last answer: where Janus only acknowledges first, for the event that follows.
     *
     * @param what for messages, such as {@code join a room}
     * @throws JanusException if it refuses
     */
    JsonNode ask(String what, ObjectNode message) throws IOException, InterruptedException {
        String transaction = Long.toString(transactions.incrementAndGet(), 36);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(transaction, new Pending(what, answer));
        try {
            send.accept(mapper.writeValueAsString(message.put("transaction", transaction)));
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("Janus has not answered for " + PATIENCE_SECONDS + " s, asked to " + what, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JanusException refusal) {
                throw refusal;
            }
            throw new IOException("asking Janus to " + what + " has failed", e.getCause());
        } finally {
            pending.remove(transaction);
        }
    }

    /** Tells, and waits for nothing. */
    void tell(ObjectNode message) {
        send.accept(mapper.writeValueAsString(
                message.put("transaction", Long.toString(transactions.incrementAndGet(), 36))));
    }

    /** Takes a message from Janus. */
    void received(String text) {
        JsonNode message;
        try {
            message = mapper.readTree(text);
        } catch (JacksonException e) {
            System.err.println("parley: Janus says what is no JSON: " + e.getOriginalMessage());
            return;
        }
        Pending asked = pending.get(message.path("transaction").asString(""));
        String kind = message.path("janus").asString("");
        if (kind.equals("ack")) {
            return;
        }
        if (asked == null) {
            Consumer<JsonNode> listener = listeners.get(message.path("sender").asLong(0));
            if (listener != null) {
                listener.accept(message);
            }
            return;
        }
        JsonNode refusal = refusal(message);
        if (refusal.isMissingNode()) {
            asked.answer().complete(message);
        } else {
            asked.answer().completeExceptionally(new JanusException(asked.request(), refusal.asString("no reason")));
        }
    }

    /** The core says so in one place, plugins in another. */
    private static JsonNode refusal(JsonNode message) {
        JsonNode ofCore = message.path("error").path("reason");
        return ofCore.isMissingNode() ? message.path("plugindata").path("data").path("error") : ofCore;
    }

    /** The connection is gone: nobody who waits will have an answer. */
    void closed(Throwable cause) {
        pending.values().forEach(asked -> asked.answer().completeExceptionally(cause));
    }
}

package dev.parley.apache;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A participant's WebSocket without media, as far as docs/signaling.md lets one go without a browser. */
final class SignalingSocket implements WebSocket.Listener {
    private static final int REPLY_SECONDS = 15;
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    private final Map<Long, CompletableFuture<String>> pending = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(1);
    private final StringBuilder partial = new StringBuilder();
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
    private @Nullable WebSocket socket;
    private volatile boolean open;
    private volatile String joined = "";
    /** Why it is no longer open. */
    private volatile String ended = "not by itself";

    private SignalingSocket() {}

    /** Opens it and joins; completes with the socket once the server has said {@code joined}. */
    static CompletableFuture<SignalingSocket> join(HttpClient client, URI uri, String room, String name) {
        SignalingSocket signaling = new SignalingSocket();
        return client.newWebSocketBuilder()
                .buildAsync(uri, signaling)
                .thenCompose(socket -> {
                    signaling.socket = socket;
                    signaling.open = true;
                    return signaling.request("\"type\":\"join\",\"room\":\"" + room + "\",\"name\":\"" + name + "\"");
                })
                .thenApply(reply -> {
                    if (!reply.contains("\"type\":\"joined\"")) {
                        throw new IllegalStateException("the join was answered with " + reply);
                    }
                    signaling.joined = reply;
                    return signaling;
                });
    }

    /** The answer to the join, as it came. */
    String joined() {
        return joined;
    }

    /** Completes with the time until the answer, in ns. */
    CompletableFuture<Long> ping() {
        long startNs = System.nanoTime();
        return request("\"type\":\"ping\"").thenApply(_ -> System.nanoTime() - startNs);
    }

    private CompletableFuture<String> request(String fields) {
        WebSocket opened = socket;
        if (opened == null || !open) {
            return CompletableFuture.failedFuture(new IllegalStateException("the socket has closed: " + ended));
        }
        long id = nextId.getAndIncrement();
        CompletableFuture<String> reply = new CompletableFuture<>();
        pending.put(id, reply);
        var _ = send(opened, "{\"id\":" + id + "," + fields + "}").whenComplete((_, failure) -> {
            if (failure != null) {
                reply.completeExceptionally(failure);
            }
        });
        return reply.orTimeout(REPLY_SECONDS, TimeUnit.SECONDS);
    }

    /** One after the other: a WebSocket takes no message before the one before has left. */
    private synchronized CompletableFuture<?> send(WebSocket opened, String message) {
        sending = sending.handle((_, _) -> message).thenCompose(text -> opened.sendText(text, true));
        return sending;
    }

    boolean isOpen() {
        return open;
    }

    void abort() {
        if (socket != null) {
            socket.abort();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String message = partial.toString();
            partial.setLength(0);
            Matcher id = ID.matcher(message);
            CompletableFuture<String> reply = id.find() ? pending.remove(Long.parseLong(id.group(1))) : null;
            if (reply != null) {
                reply.complete(message);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
        end(new IllegalStateException("closed with " + statusCode + " " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(error);
    }

    private void end(Throwable cause) {
        open = false;
        ended = String.valueOf(cause.getMessage());
        pending.values().forEach(reply -> reply.completeExceptionally(cause));
    }
}

package dev.parley.benchmarks.janus;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The WebSocket that carries {@link JanusApi}. Any thread may send. */
final class JanusSocket implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final JanusApi api = new JanusApi(this::send);
    private @Nullable WebSocket socket;
    /** A WebSocket takes one message at a time. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /** Connects. */
    static JanusSocket connect(URI uri) throws IOException {
        JanusSocket made = new JanusSocket();
        try {
            made.socket = made.http
                    .newWebSocketBuilder()
                    .subprotocols("janus-protocol")
                    .connectTimeout(PATIENCE)
                    .buildAsync(uri, made.new Incoming())
                    .join();
            return made;
        } catch (CompletionException e) {
            made.http.shutdownNow();
            throw new IOException("no Janus at " + uri + ": " + e.getCause(), e);
        }
    }

    JanusApi api() {
        return api;
    }

    private synchronized void send(String text) {
        WebSocket open = socket;
        if (open != null) {
            last = last.handle((_, _) -> open).thenCompose(next -> next.sendText(text, true));
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
        http.shutdownNow();
    }

    private final class Incoming implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            parts.append(data);
            if (isLast) {
                api.received(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            api.closed(new IOException("Janus has closed the connection: " + statusCode + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            api.closed(error);
        }
    }
}

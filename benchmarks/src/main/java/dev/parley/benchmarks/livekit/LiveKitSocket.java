package dev.parley.benchmarks.livekit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The WebSocket between a member and LiveKit: one message of Protocol Buffers in each of its own. Any thread may send. */
final class LiveKitSocket implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final String RTC = "/rtc?";
    private static final int UNAUTHORIZED = 401;

    private final Consumer<SignalResponse> responses;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable WebSocket socket;
    /** A WebSocket takes one message at a time. */
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

    private LiveKitSocket(Consumer<SignalResponse> responses) {
        this.responses = responses;
    }

    /**
     * Connects.
     *
     * @param address the server's, such as {@code ws://localhost:7880}
     * @param query of the request, with the token
     * @param responses is given what the server says, in order, and must not block for long
     */
    static LiveKitSocket connect(HttpClient http, URI address, String query, Consumer<SignalResponse> responses)
            throws IOException, InterruptedException {
        LiveKitSocket made = new LiveKitSocket(responses);
        CompletableFuture<WebSocket> connecting = http.newWebSocketBuilder()
                .connectTimeout(CONNECT)
                .buildAsync(URI.create(address + RTC + query), made.new Incoming());
        try {
            made.socket = connecting.get(CONNECT.toSeconds(), TimeUnit.SECONDS);
            return made;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new IOException(refusal(http, address, query, refused), refused);
            }
            throw new IOException("no LiveKit at " + address + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            connecting.cancel(true);
            throw new IOException("LiveKit at " + address + " has not answered for " + CONNECT.toSeconds() + " s", e);
        }
    }

    /** Why the server refuses to open a WebSocket: it tells who asks for the same without one. */
    private static String refusal(HttpClient http, URI address, String query, WebSocketHandshakeException refused)
            throws InterruptedException {
        int status = refused.getResponse().statusCode();
        String why = "";
        try {
            String asHttp = address.toString().replaceFirst("^ws", "http");
            HttpRequest request = HttpRequest.newBuilder(URI.create(asHttp + "/rtc/validate?" + query))
                    .timeout(CONNECT)
                    .build();
            why = http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException e) {
            refused.addSuppressed(e);
        }
        return status == UNAUTHORIZED
                ? "LiveKit at " + address + " refuses the access token (" + why + "): " + LiveKitTarget.KEY + " and "
                        + LiveKitTarget.SECRET + " name the API key and secret that it has"
                : "what is at " + address + " refuses a WebSocket at /rtc with " + status + ": " + why;
    }

    /** Completes exceptionally when the server has ended it, or the network has. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Sends, after what was sent before; what that led to is told by {@link #ended}. */
    synchronized CompletableFuture<?> send(SignalRequest request) {
        WebSocket open = socket;
        if (open != null) {
            ByteBuffer message = ByteBuffer.wrap(request.toBytes());
            sending = sending.thenCompose(_ -> open.sendBinary(message, true));
        }
        return sending;
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private final class Incoming implements WebSocket.Listener {
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            parts.writeBytes(part);
            if (last) {
                byte[] message = parts.toByteArray();
                parts.reset();
                take(message);
            }
            from.request(1);
            return null;
        }

        private void take(byte[] message) {
            try {
                responses.accept(SignalResponse.parse(message));
            } catch (IOException e) {
                ended.completeExceptionally(
                        new IOException("LiveKit says what is no message of its protocol: " + e.getMessage(), e));
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            ended.completeExceptionally(
                    new IOException("LiveKit has closed the connection: " + statusCode + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ended.completeExceptionally(new IOException("the connection to LiveKit has broken: " + error, error));
        }
    }
}

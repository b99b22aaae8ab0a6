package dev.parley.benchmarks.livekit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session in a room, from the join to the leave: waiting, with an end, for what the server is to say. Any thread. */
final class LiveKitSignaling implements AutoCloseable {
    /**
     * The version of the protocol that we speak. From 6 on the server may be ICE-lite, from 8 on its first offer has all that
     * is to be watched, from 13 on it says what to do after a leave; what came later is not used.
     */
    private static final String QUERY = "protocol=13&auto_subscribe=1&adaptive_stream=0&access_token=";

    private static final long PATIENCE_SECONDS = 20;
    private static final long LEAVE_MS = 500;

    private final String member;
    private final Consumer<SignalResponse> responses;
    private final CompletableFuture<SignalResponse.Joined> joining = new CompletableFuture<>();
    /** Completes exceptionally when there is nothing to wait for any more. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private @Nullable LiveKitSocket socket;
    private SignalResponse.@Nullable Joined joined;

    private LiveKitSignaling(String member, Consumer<SignalResponse> responses) {
        this.member = member;
        this.responses = responses;
    }

    /**
     * Comes into a room, which the server makes if it is not there.
     *
     * @param responses is given all that follows, and the answer to the join itself, in order
     * @throws IOException if there is no server, or it does not let the member in
     */
    static LiveKitSignaling join(
            HttpClient http,
            URI address,
            AccessToken tokens,
            String room,
            String identity,
            Consumer<SignalResponse> responses)
            throws IOException, InterruptedException {
        LiveKitSignaling made = new LiveKitSignaling(identity, responses);
        String query = QUERY + tokens.of(room, identity, Instant.now());
        LiveKitSocket socket = LiveKitSocket.connect(http, address, query, made::heard);
        made.socket = socket;
        var _ = socket.ended().exceptionally(failure -> {
            made.ended.completeExceptionally(failure);
            return null;
        });
        try {
            made.joined = made.await(made.joining, "let it into room " + room);
            return made;
        } catch (IOException | InterruptedException e) {
            made.close();
            throw e;
        }
    }

    private void heard(SignalResponse response) {
        switch (response) {
            case SignalResponse.Joined arrived -> joining.complete(arrived);
            case SignalResponse.Left(DisconnectReason reason) ->
                ended.completeExceptionally(new IOException("LiveKit has let it go: " + reason));
            default -> {
                // Of what comes in a room, the member knows more.
            }
        }
        responses.accept(response);
    }

    SignalResponse.Joined joined() {
        return Objects.requireNonNull(joined, "given out only once it has joined");
    }

    /** Completes exceptionally when the server has ended the session. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    void send(SignalRequest request) {
        LiveKitSocket open = socket;
        if (open != null) {
            var _ = open.send(request);
        }
    }

    /**
     * Waits for what something the server says will complete.
     *
     * @param what the server is to do, for messages, such as {@code answer the offer}
     */
    <T> T await(CompletableFuture<T> awaited, String what) throws IOException, InterruptedException {
        try {
            CompletableFuture.anyOf(awaited, ended).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return awaited.getNow(null);
        } catch (TimeoutException e) {
            throw new IOException(member + ": for " + PATIENCE_SECONDS + " s LiveKit did not " + what, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String why = cause == null ? "" : String.valueOf(cause.getMessage());
            throw new IOException(member + ": LiveKit did not " + what + ": " + why, e);
        }
    }

    /** Leaves, and waits a moment for the server to end it: what ends by us may end before the leave has been read. */
    @Override
    public void close() {
        LiveKitSocket open = socket;
        if (open == null) {
            return;
        }
        var _ = open.send(new SignalRequest.Leave());
        try {
            var _ = open.ended().get(LEAVE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Ended by the server, as it should, or not in time.
        }
        open.close();
    }
}

package dev.parley.benchmarks.jitsi;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An endpoint's WebSocket to its bridge, by which it says what video it wants; what the bridge says by it, bots do not
 * mind. Any thread.
 */
final class BridgeChannel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeChannel.class);
    private static final long PATIENCE_SECONDS = 10;
    /** More lines than any clip has, so that the top layer fits. */
    private static final int MOST_LINES = 2_160;

    private final String endpoint;
    private @Nullable WebSocket socket;
    private volatile boolean closed;

    private BridgeChannel(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Connects to the first of the addresses that answers. */
    static BridgeChannel open(HttpClient http, String endpoint, List<URI> addresses)
            throws IOException, InterruptedException {
        if (addresses.isEmpty()) {
            throw new IOException("the videobridge tells no WebSocket, without which it sends no video:"
                    + " videobridge.websockets has enabled and domains, and videobridge.http-servers.public a port");
        }
        List<String> failures = new ArrayList<>();
        for (URI address : addresses) {
            try {
                BridgeChannel channel = new BridgeChannel(endpoint);
                channel.socket = await(
                        "the videobridge's WebSocket at " + withoutPassword(address),
                        http.newWebSocketBuilder()
                                .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
                                .buildAsync(address, channel.new Incoming()));
                return channel;
            } catch (IOException e) {
                failures.add(e.getMessage());
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private static String withoutPassword(URI address) {
        return address.getScheme() + "://" + address.getAuthority() + address.getPath();
    }

    private static <T> T await(String what, CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + " has failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(what + " has not answered for " + PATIENCE_SECONDS + " s", e);
        }
    }

    /** Asks for these sources of video, each in the best that there is, and for no others. */
    void receive(Collection<String> sources) throws IOException, InterruptedException {
        WebSocket open = socket;
        if (open != null) {
            var _ = await(
                    "telling the videobridge what to send",
                    open.sendText(constraints(sources).toString(), true));
        }
    }

    /** Left alone, the bridge sends nothing, or 180 lines. */
    static ObjectNode constraints(Collection<String> sources) {
        ObjectNode message = ColibriClient.object()
                .put("colibriClass", "ReceiverVideoConstraints")
                .put("lastN", -1);
        message.putObject("defaultConstraints").put("maxHeight", 0);
        ObjectNode constraints = message.putObject("constraints");
        sources.forEach(source -> constraints.putObject(source).put("maxHeight", MOST_LINES));
        return message;
    }

    @Override
    public void close() {
        closed = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private final class Incoming implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            LOG.debug("event=bridge-says endpoint={} what={}", endpoint, data);
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            if (!closed) {
                LOG.warn("event=bridge-channel-closed endpoint={} status={} why=\"{}\"", endpoint, status, reason);
            }
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            if (!closed) {
                LOG.warn("event=bridge-channel-failed endpoint={} why=\"{}\"", endpoint, String.valueOf(error));
            }
        }
    }
}

package dev.parley.signaling.metrics;

import dev.parley.signaling.http.Reply;
import dev.parley.signaling.http.Request;
import dev.parley.signaling.http.Route;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** {@code /healthz} for load balancers and {@code /metrics} for Prometheus. */
public final class StatusRoute implements Route {
    private static final String HEALTH = "/healthz";
    private static final String METRICS = "/metrics";

    private final ServerMetrics metrics;
    private final BooleanSupplier accepting;

    /**
     * @param accepting false while the server shuts down
     */
    public StatusRoute(ServerMetrics metrics, BooleanSupplier accepting) {
        this.metrics = metrics;
        this.accepting = accepting;
    }

    @Override
    public boolean handles(String path) {
        return path.equals(HEALTH) || path.equals(METRICS);
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return CompletableFuture.completedStage(Reply.methodNotAllowed("GET, HEAD"));
        }
        Reply reply = request.path().equals(HEALTH) ? health() : metrics();
        return CompletableFuture.completedStage(reply.with("Cache-Control", "no-store"));
    }

    private Reply health() {
        return accepting.getAsBoolean()
                ? Reply.text(HttpResponseStatus.OK, "ok\n")
                : Reply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "closing\n");
    }

    private Reply metrics() {
        byte[] body = metrics.scrape().getBytes(StandardCharsets.UTF_8);
        return Reply.of(HttpResponseStatus.OK, "text/plain; version=0.0.4; charset=utf-8", body);
    }
}

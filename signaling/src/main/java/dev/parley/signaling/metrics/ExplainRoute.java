package dev.parley.signaling.metrics;

import dev.parley.sfu.Explanation;
import dev.parley.signaling.http.Reply;
import dev.parley.signaling.http.Request;
import dev.parley.signaling.http.Route;
import dev.parley.signaling.protocol.MessageCodec;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.RoomMember;
import dev.parley.signaling.session.SessionLoop;
import dev.parley.signaling.session.Sessions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/rooms/{room}/participants/{id}/explain}: why a participant receives what it does. Whoever has the
 * server's API token may read it of all; a client may read its own, with the token that resumes its session.
 */
public final class ExplainRoute implements Route {
    private static final List<String> BEGINS = List.of("api", "v1", "rooms");
    private static final int SEGMENTS = 7;
    private static final String BEARER = "Bearer ";

    private final SessionLoop loop;
    private final Entrance entrance;
    private final Sessions sessions;
    private final String apiToken;

    /**
     * @param apiToken empty when there is none
     */
    public ExplainRoute(SessionLoop loop, Entrance entrance, Sessions sessions, String apiToken) {
        this.loop = loop;
        this.entrance = entrance;
        this.sessions = sessions;
        this.apiToken = apiToken;
    }

    @Override
    public boolean handles(String path) {
        return path.startsWith("/api/v1/rooms/") && path.endsWith("/explain");
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return CompletableFuture.completedStage(Reply.methodNotAllowed("GET, HEAD"));
        }
        List<String> path = request.segments();
        boolean matches = path.size() == SEGMENTS
                && path.subList(0, BEGINS.size()).equals(BEGINS)
                && path.get(4).equals("participants");
        if (!matches) {
            return CompletableFuture.completedStage(notFound());
        }
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        loop.execute(() -> answer(path.get(3), path.get(5), token(request), reply));
        return reply;
    }

    /** On the session loop. */
    private void answer(String room, String participantId, String token, CompletableFuture<Reply> reply) {
        if (!isAllowed(participantId, token)) {
            // The same whether there is such a participant or not.
            reply.complete(Reply.text(HttpResponseStatus.UNAUTHORIZED, "A bearer token is needed.\n")
                    .with("WWW-Authenticate", "Bearer"));
            return;
        }
        RoomMember member = entrance.member(room, participantId);
        if (member == null) {
            reply.complete(notFound());
            return;
        }
        var _ = member.explain().whenComplete((explanation, failure) -> {
            if (failure == null) {
                reply.complete(json(explanation));
            } else {
                reply.complete(notFound()); // It has left meanwhile.
            }
        });
    }

    private boolean isAllowed(String participantId, String token) {
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        boolean all = !apiToken.isEmpty() && MessageDigest.isEqual(given, apiToken.getBytes(StandardCharsets.UTF_8));
        return all || participantId.equals(sessions.participantOf(token));
    }

    private static String token(Request request) {
        @Nullable String header = request.header(HttpHeaderNames.AUTHORIZATION);
        return header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : "";
    }

    private static Reply json(Explanation explanation) {
        return Reply.of(HttpResponseStatus.OK, "application/json", MessageCodec.encodeUtf8(explanation))
                .with("Cache-Control", "no-store");
    }

    private static Reply notFound() {
        return Reply.text(HttpResponseStatus.NOT_FOUND, "Not found\n");
    }
}

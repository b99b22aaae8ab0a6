package dev.parley.signaling.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All sessions, by the tokens that resume them. Owned by the session loop. */
public final class Sessions {
    private static final int TOKEN_BYTES = 24;

    private final SessionLoop loop;
    private final Entrance entrance;
    private final Duration grace;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byToken = new HashMap<>();
    private boolean closed;

    public Sessions(SessionLoop loop, Entrance entrance, Duration grace) {
        this.loop = loop;
        this.entrance = entrance;
        this.grace = grace;
    }

    /** A session that has just begun. */
    public record Begun(Session session, Admission.Entry entry) {}

    /** Joins a room for a client; the future completes on the loop and fails as {@link Entrance#enter}. */
    public CompletableFuture<Begun> join(Admission.Request request, SessionClient client) {
        return entrance.enter(request).thenApply(entry -> {
            Session session = new Session(this, loop, grace, entry, client);
            entry.hub().add(session);
            if (closed) {
                session.end(EndReason.SERVER_SHUTDOWN);
            }
            return new Begun(session, entry);
        });
    }

    /** Hands the session of this token to a client, with a new token; null if no such session waits. */
    public @Nullable Session resume(String token, SessionClient client) {
        Session session = byToken.get(token);
        if (session == null) {
            return null;
        }
        session.confirmToken();
        if (!byToken.containsKey(token)) {
            return null;
        }
        session.resumeBy(client, token);
        return session;
    }

    /** The participant that a token, which stays as it is, would resume; {@code null} for none. */
    public @Nullable String participantOf(String token) {
        Session session = byToken.get(token);
        return session == null ? null : session.participantId();
    }

    /** Tells every client that the server is shutting down, and ends every session. */
    public void close() {
        closed = true;
        List.copyOf(byToken.values()).forEach(session -> session.end(EndReason.SERVER_SHUTDOWN));
    }

    String issueToken(Session session) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byToken.put(token, session);
        return token;
    }

    void revokeToken(String token) {
        byToken.remove(token);
    }

    void ended(Session session, RoomHub hub) {
        entrance.exit(hub, session);
    }
}

package dev.parley.signaling.whip;

import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.signaling.session.Admission;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.SessionLoop;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The WHIP and WHEP sessions by the last segment of their URLs, which nobody else can guess. On the session loop. */
final class WhipSessions {
    private static final int KEY_BYTES = 24;

    private final SessionLoop loop;
    private final Entrance entrance;
    private final Duration grace;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, WhipSession> byKey = new HashMap<>();

    WhipSessions(SessionLoop loop, Entrance entrance, Duration grace) {
        this.loop = loop;
        this.entrance = entrance;
        this.grace = grace;
    }

    /**
     * A wish to publish or to view.
     *
     * @param view whether it is WHEP
     * @param publisher whom to view; null is whoever publishes first
     */
    record Request(
            String room,
            String address,
            @Nullable String identity,
            String name,
            String sdp,
            IceFragment remote,
            boolean view,
            @Nullable String publisher) {}

    /** A session that has begun. */
    record Begun(String key, String participantId, String etag, String answer) {}

    CompletableFuture<Begun> begin(Request request) {
        String key = newKey();
        // Not from the key: the room sees identities, and whoever knows the key can end the session.
        String identity = Objects.requireNonNullElseGet(
                request.identity(), () -> (request.view() ? "whep-" : "whip-") + newKey());
        var admission = new Admission.Request(
                request.room(), new JoinRequest(identity, request.name()), request.address(), Offer.of(request.sdp()));
        return entrance.enter(admission).thenApply(entry -> begun(key, request, entry));
    }

    private Begun begun(String key, Request request, Admission.Entry entry) {
        Answer answer = Objects.requireNonNull(entry.answer(), "the join carried an offer");
        Follower follower = request.view()
                ? new Follower(entry.hub(), entry.participant(), request.publisher(), answer.slots())
                : null;
        WhipSession session = new WhipSession(
                loop, entry, request.sdp(), answer, request.remote(), follower, grace, () -> forget(key, entry));
        byKey.put(key, session);
        session.start();
        return new Begun(key, entry.self().id(), session.etag(), answer.sdp());
    }

    private void forget(String key, Admission.Entry entry) {
        WhipSession session = byKey.remove(key);
        if (session != null) {
            entrance.exit(entry.hub(), session);
        }
    }

    @Nullable
    WhipSession find(String key) {
        return byKey.get(key);
    }

    void close() {
        List.copyOf(byKey.values()).forEach(session -> session.end(LeaveReason.SERVER_SHUTDOWN));
    }

    private String newKey() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

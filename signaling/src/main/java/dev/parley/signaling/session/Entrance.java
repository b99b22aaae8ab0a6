package dev.parley.signaling.session;

import dev.parley.sfu.Answer;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way into rooms, for WebSocket, WHIP and WHEP alike: limits joins by address, keeps a hub for each room that
 * has members, and makes join and first offer one step that succeeds or leaves nothing behind. Owned by the session
 * loop.
 */
public final class Entrance {
    /** A room may end between being looked up and being joined: once is then tried again. */
    private static final int ATTEMPTS = 2;

    private final RoomDirectory rooms;
    private final SessionLoop loop;
    private final JoinLimiter limiter;
    private final Consumer<String> outcomes;
    private final Map<String, RoomHub> hubs = new HashMap<>();

    /**
     * @param outcomes told {@code joined} or the code of the refusal, for each join
     */
    public Entrance(RoomDirectory rooms, SessionLoop loop, int joinsPerMinutePerAddress, Consumer<String> outcomes) {
        this.rooms = rooms;
        this.loop = loop;
        this.limiter = new JoinLimiter(joinsPerMinutePerAddress);
        this.outcomes = outcomes;
    }

    /**
     * Joins; the future completes on the loop. Who has entered must {@link #exit} in the end.
     *
     * @return fails with {@link SfuException} or {@link TooManyRequestsException}
     */
    public CompletableFuture<Admission.Entry> enter(Admission.Request request) {
        if (!limiter.allows(request.address(), loop.nowNs())) {
            outcomes.accept("rate-limited");
            return CompletableFuture.failedFuture(TooManyRequestsException.joins());
        }
        CompletableFuture<Admission.Entry> result = new CompletableFuture<>();
        attempt(request, ATTEMPTS, result);
        return result;
    }

    /** The member of a room that is open here, or {@code null}. */
    public @Nullable RoomMember member(String room, String participantId) {
        RoomHub hub = hubs.get(room);
        return hub == null ? null : hub.member(participantId);
    }

    /** Ends what {@link #enter} began, apart from the participant itself. */
    public void exit(RoomHub hub, RoomMember member) {
        hub.remove(member);
        release(hub);
    }

    private void attempt(Admission.Request request, int attemptsLeft, CompletableFuture<Admission.Entry> result) {
        RoomHub hub;
        try {
            hub = hub(request.room());
        } catch (SfuException e) {
            fail(e, result);
            return;
        }
        hub.hold();
        CompletableFuture<Participant> joined =
                hub.seeded().thenCompose(_ -> hub.room().join(request.who()));
        var _ = joined.thenCompose(participant -> connect(hub, participant, request.offer()))
                .whenComplete((entry, failure) -> loop.execute(() -> {
                    if (failure == null && isPresent(entry)) {
                        outcomes.accept("joined");
                        result.complete(entry);
                        return;
                    }
                    release(hub);
                    boolean roomHasEnded = failure != null
                            && joined.isCompletedExceptionally()
                            && code(failure) == SfuException.Code.CLOSED;
                    if (roomHasEnded && attemptsLeft > 1) {
                        hubs.remove(request.room(), hub);
                        attempt(request, attemptsLeft - 1, result);
                    } else {
                        fail(failure == null ? leftMeanwhile() : cause(failure), result);
                    }
                }));
    }

    /**
     * Whether the participant is still in the room: another join under its identity, or the room's end, may have come
     * between its join and now, and the hub has told nobody of that, since there was no member yet.
     */
    private static boolean isPresent(Admission.Entry entry) {
        return entry.hub().participant(entry.participant().id()) != null;
    }

    private static SfuException leftMeanwhile() {
        return new SfuException(SfuException.Code.CLOSED, "you have left the room while joining it");
    }

    /** On the shard's thread. */
    private static CompletableFuture<Admission.Entry> connect(
            RoomHub hub, Participant participant, @Nullable Offer offer) {
        CompletableFuture<Admission.Entry> entered;
        if (offer == null) {
            entered = participant.info().thenApply(self -> new Admission.Entry(hub, participant, self, null));
        } else {
            CompletableFuture<Answer> answered = participant.answer(offer);
            entered = answered.thenCompose(answer ->
                    participant.info().thenApply(self -> new Admission.Entry(hub, participant, self, answer)));
        }
        return entered.whenComplete((_, failure) -> {
            if (failure != null) {
                var _ = participant.leave(LeaveReason.LEFT);
            }
        });
    }

    private RoomHub hub(String name) {
        RoomHub known = hubs.get(name);
        if (known != null && !known.isClosed()) {
            return known;
        }
        RoomHub hub = new RoomHub(rooms.room(name));
        hubs.put(name, hub);
        hub.open(loop);
        return hub;
    }

    private void release(RoomHub hub) {
        if (hub.release()) {
            hub.stop();
            hubs.remove(hub.room().name(), hub);
        }
    }

    private void fail(Throwable failure, CompletableFuture<Admission.Entry> result) {
        SfuException.Code code = code(failure);
        outcomes.accept(code == null ? "internal" : code.wireName());
        result.completeExceptionally(failure);
    }

    private static SfuException.@Nullable Code code(Throwable failure) {
        return cause(failure) instanceof SfuException e ? e.code() : null;
    }

    /** What a future failed with, without the wrapping that chained futures add. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

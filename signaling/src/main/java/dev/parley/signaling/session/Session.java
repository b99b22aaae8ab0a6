package dev.parley.signaling.session;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SubscriptionHint;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's membership of a room, as its client holds it over one socket after the other. Owned by the
 * session loop; its futures complete there.
 *
 * <p>Without a client it waits: for the grace period if the media is lost as well, else for three times as long.
 */
public final class Session implements RoomMember {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** Media without signaling is still a call worth keeping, but not for ever: nobody could mute or leave it. */
    private static final int CONNECTED_GRACE_FACTOR = 3;

    private enum State {
        ATTACHED,
        DETACHED,
        ENDED
    }

    private final Sessions sessions;
    private final SessionLoop loop;
    private final Duration grace;
    private final RoomHub hub;
    private final Participant participant;
    private final ParticipantInfo firstInfo;
    private final OfferLimiter offers;
    private final Map<String, @Nullable String> trackBySlot = new LinkedHashMap<>();

    private State state = State.ATTACHED;
    private @Nullable SessionClient client;
    private String token;

    /** Still valid until the client is heard over the socket that was told the new one. */
    private @Nullable String previousToken;

    private long resumedAtNs;
    private long absentSinceNs;
    private SessionLoop.@Nullable Timer absence;

    Session(Sessions sessions, SessionLoop loop, Duration grace, Admission.Entry entry, SessionClient client) {
        this.sessions = sessions;
        this.loop = loop;
        this.grace = grace;
        this.hub = entry.hub();
        this.participant = entry.participant();
        this.firstInfo = entry.self();
        this.offers = new OfferLimiter(loop);
        this.client = client;
        this.token = sessions.issueToken(this);
        if (entry.answer() != null) {
            replaceSlots(entry.answer().slots());
        }
        LOG.info(
                "participant={} room={} event=joined",
                participant.id(),
                hub.room().id());
    }

    @Override
    public String participantId() {
        return participant.id();
    }

    public RoomHub hub() {
        return hub;
    }

    public String resumeToken() {
        return token;
    }

    public ParticipantInfo self() {
        ParticipantInfo known = hub.participant(participant.id());
        return known == null || known.version() < firstInfo.version() ? firstInfo : known;
    }

    /** Everybody else in the room. */
    public List<ParticipantInfo> others() {
        return hub.participants().stream()
                .filter(info -> !info.id().equals(participant.id()))
                .toList();
    }

    /** The track in each slot, null for an empty one, in the order of the offer. */
    public Map<String, @Nullable String> trackBySlot() {
        return Collections.unmodifiableMap(trackBySlot);
    }

    public boolean isEnded() {
        return state == State.ENDED;
    }

    // --- requests ---------------------------------------------------------------------------------------------------

    public CompletableFuture<Answer> offer(Offer offer) {
        return onLoop(offers.limit(() -> participant.answer(offer))).thenApply(answer -> {
            replaceSlots(answer.slots());
            return answer;
        });
    }

    public CompletableFuture<Void> subscribe(String slot, String trackId, SubscriptionHint hint) {
        return onLoop(participant.subscribe(slot, trackId, hint)).thenRun(() -> trackBySlot.put(slot, trackId));
    }

    public CompletableFuture<Void> unsubscribe(String slot) {
        return onLoop(participant.unsubscribe(slot)).thenRun(() -> trackBySlot.put(slot, null));
    }

    public CompletableFuture<Void> hint(String slot, SubscriptionHint hint) {
        return onLoop(participant.hint(slot, hint));
    }

    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        return onLoop(participant.mute(trackId, muted));
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        return onLoop(participant.explain());
    }

    /** Leaves at the client's wish, who needs no telling. */
    public void leave() {
        client = null;
        end(EndReason.LEFT);
    }

    /** The stages that follow run on the loop. */
    private <T> CompletableFuture<T> onLoop(CompletableFuture<T> future) {
        return future.whenCompleteAsync((_, _) -> {}, loop::execute);
    }

    private void replaceSlots(List<Answer.Slot> slots) {
        Map<String, @Nullable String> before = new LinkedHashMap<>(trackBySlot);
        trackBySlot.clear();
        for (Answer.Slot slot : slots) {
            trackBySlot.put(slot.mid(), before.get(slot.mid()));
        }
    }

    // --- the client comes and goes ----------------------------------------------------------------------------------

    /**
     * The client's socket is gone.
     *
     * @param lastSignNs the client's last sign of life, from which the grace period counts
     */
    public void detach(SessionClient lost, long lastSignNs) {
        if (state != State.ATTACHED || client != lost) {
            return;
        }
        confirmToken();
        state = State.DETACHED;
        client = null;
        absentSinceNs = lastSignNs;
        LOG.info(
                "participant={} room={} event=signaling-lost",
                participant.id(),
                hub.room().id());
        checkAbsence();
    }

    void resumeBy(SessionClient newClient, String usedToken) {
        if (client != null) {
            client.ended(EndReason.RESUMED_ELSEWHERE);
        }
        cancelAbsence();
        // The reply may be lost with its socket: then the client comes back with the token that it used now.
        if (!usedToken.equals(token)) {
            sessions.revokeToken(token);
        } else if (previousToken != null) {
            sessions.revokeToken(previousToken);
        }
        previousToken = usedToken;
        token = sessions.issueToken(this);
        client = newClient;
        state = State.ATTACHED;
        resumedAtNs = loop.nowNs();
        LOG.info(
                "participant={} room={} event=signaling-resumed",
                participant.id(),
                hub.room().id());
    }

    /** Once the client has spoken on the new socket it knows the new token, and the one before ends. */
    void confirmToken() {
        if (previousToken != null && client != null && client.lastHeardNs() > resumedAtNs) {
            sessions.revokeToken(previousToken);
            previousToken = null;
        }
    }

    private void checkAbsence() {
        cancelAbsence();
        if (state != State.DETACHED) {
            return;
        }
        ConnectionState media = self().state();
        Duration limit = media == ConnectionState.CONNECTED ? grace.multipliedBy(CONNECTED_GRACE_FACTOR) : grace;
        long leftNs = limit.toNanos() - (loop.nowNs() - absentSinceNs);
        if (leftNs <= 0 || media == ConnectionState.CLOSED) {
            end(EndReason.TIMED_OUT);
        } else {
            absence = loop.schedule(Duration.ofNanos(leftNs), this::checkAbsence);
        }
    }

    private void cancelAbsence() {
        if (absence != null) {
            absence.cancel();
            absence = null;
        }
    }

    // --- events -----------------------------------------------------------------------------------------------------

    @Override
    public void onEvent(SharedEvent shared) {
        switch (shared.event()) {
            case RoomEvent.ParticipantLeft left when isMe(left.participantId()) -> ended(EndReason.of(left.reason()));
            case RoomEvent.RoomClosed _ -> ended(EndReason.ROOM_CLOSED);
            case RoomEvent.ParticipantJoined joined
            when isMe(joined.participant().id()) -> {}
            case RoomEvent.SlotEnded ended -> {
                if (isMe(ended.participantId())) {
                    trackBySlot.put(ended.mid(), null);
                    deliver(shared);
                }
            }
            case RoomEvent.OfSlot slot -> {
                if (isMe(slot.participantId())) {
                    deliver(shared);
                }
            }
            case RoomEvent.ParticipantUpdated updated -> {
                deliver(shared);
                if (isMe(updated.participant().id())) {
                    checkAbsence();
                }
            }
            case RoomEvent.ParticipantJoined _, RoomEvent.ParticipantLeft _, RoomEvent.SpeakersChanged _ ->
                deliver(shared);
        }
    }

    private boolean isMe(String participantId) {
        return participant.id().equals(participantId);
    }

    private void deliver(SharedEvent event) {
        if (client != null) {
            client.event(event);
        }
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /** Ends the session and takes the participant out of the room. */
    void end(EndReason reason) {
        if (state == State.ENDED) {
            return;
        }
        ended(reason);
        LeaveReason leaveReason = switch (reason) {
            case TIMED_OUT -> LeaveReason.TIMED_OUT;
            case SERVER_SHUTDOWN -> LeaveReason.SERVER_SHUTDOWN;
            case LEFT, KICKED, ROOM_CLOSED, REPLACED, RESUMED_ELSEWHERE -> LeaveReason.LEFT;
        };
        var _ = participant.leave(leaveReason);
    }

    /** The participant has left, or is about to. */
    private void ended(EndReason reason) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        cancelAbsence();
        sessions.revokeToken(token);
        if (previousToken != null) {
            sessions.revokeToken(previousToken);
        }
        sessions.ended(this, hub);
        LOG.info(
                "participant={} room={} event=left reason={}",
                participant.id(),
                hub.room().id(),
                reason);
        if (client != null) {
            client.ended(reason);
            client = null;
        }
    }
}

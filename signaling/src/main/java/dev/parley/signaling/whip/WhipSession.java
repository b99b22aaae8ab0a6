package dev.parley.signaling.whip;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.signaling.session.Admission;
import dev.parley.signaling.session.OfferLimiter;
import dev.parley.signaling.session.RoomHub;
import dev.parley.signaling.session.RoomMember;
import dev.parley.signaling.session.SessionLoop;
import dev.parley.signaling.session.SharedEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WHIP or WHEP session (RFC 9725 §4.2). Owned by the session loop.
 *
 * <p>There is no socket to watch: the session lives as long as its media, that is until ICE consent is lost and an ICE
 * restart does not follow soon.
 */
final class WhipSession implements RoomMember {
    private static final Logger LOG = LoggerFactory.getLogger(WhipSession.class);

    private final SessionLoop loop;
    private final RoomHub hub;
    private final Participant participant;
    private final @Nullable Follower follower;
    private final Duration grace;
    private final Runnable onEnd;
    private final OfferLimiter offers;

    private String offer;
    private Answer answer;
    private IceFragment remote;
    private ConnectionState media = ConnectionState.CONNECTING;
    private SessionLoop.@Nullable Timer lossTimer;
    private boolean ended;

    /**
     * @param answer the answer to {@code offer}
     * @param remote the client's ICE credentials
     * @param onEnd called once, when the session is over
     */
    WhipSession(
            SessionLoop loop,
            Admission.Entry entry,
            String offer,
            Answer answer,
            IceFragment remote,
            @Nullable Follower follower,
            Duration grace,
            Runnable onEnd) {
        this.loop = loop;
        this.hub = entry.hub();
        this.participant = entry.participant();
        this.offer = offer;
        this.answer = answer;
        this.remote = remote;
        this.follower = follower;
        this.grace = grace;
        this.onEnd = onEnd;
        this.offers = new OfferLimiter(loop);
    }

    void start() {
        hub.add(this);
        lossTimer = loop.schedule(grace, this::timedOut);
        if (follower != null) {
            follower.follow();
        }
        LOG.info(
                "participant={} room={} event=joined by={}",
                participantId(),
                hub.room().id(),
                kind());
    }

    private String kind() {
        return follower == null ? "whip" : "whep";
    }

    @Override
    public String participantId() {
        return participant.id();
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        return participant.explain();
    }

    /** Names the ICE session, and so changes with each restart (RFC 9725 §4.3.1). */
    String etag() {
        IceFragment local = IceFragment.parse(answer.sdp());
        return "\"" + (local == null ? participantId() : local.ufrag()) + "\"";
    }

    boolean isCurrent(IceFragment fragment) {
        return fragment.equals(remote);
    }

    /** Restarts ICE; completes on the loop with the fragment that tells the client of the new ICE session. */
    CompletableFuture<String> restart(IceFragment fragment) {
        String restartOffer = fragment.restart(offer);
        return offers.limit(() -> participant.answer(Offer.of(restartOffer)))
                .whenCompleteAsync((_, _) -> {}, loop::execute)
                .thenApply(newAnswer -> {
                    offer = restartOffer;
                    answer = newAnswer;
                    remote = fragment;
                    if (follower != null) {
                        follower.slots(newAnswer.slots());
                    }
                    return IceFragment.of(newAnswer.sdp());
                });
    }

    @Override
    public void onEvent(SharedEvent shared) {
        switch (shared.event()) {
            case RoomEvent.ParticipantLeft left
            when isMe(left.participantId()) -> ended(Objects.toString(left.reason()));
            case RoomEvent.RoomClosed _ -> ended("ROOM_CLOSED");
            case RoomEvent.ParticipantUpdated updated
            when isMe(updated.participant().id()) -> media(updated.participant().state());
            case RoomEvent.SlotEnded slot -> {
                if (follower != null && isMe(slot.participantId())) {
                    follower.slotEnded(slot.mid());
                }
            }
            case RoomEvent.ParticipantJoined _, RoomEvent.ParticipantUpdated _, RoomEvent.ParticipantLeft _ -> {
                if (follower != null) {
                    follower.follow();
                }
            }
            case RoomEvent.SpeakersChanged _, RoomEvent.OfSlot _ -> {}
        }
    }

    private boolean isMe(String id) {
        return participant.id().equals(id);
    }

    private void media(ConnectionState now) {
        if (now == media) {
            return;
        }
        media = now;
        cancelTimer();
        switch (now) {
            case CONNECTED -> {}
            // Consent took its time to be lost already.
            case DISCONNECTED -> lossTimer = loop.schedule(grace.dividedBy(2), this::timedOut);
            case CONNECTING -> lossTimer = loop.schedule(grace, this::timedOut);
            case CLOSED -> timedOut();
        }
    }

    private void timedOut() {
        end(LeaveReason.TIMED_OUT);
    }

    /** Ends the session and takes the participant out of the room. */
    void end(LeaveReason reason) {
        if (!ended) {
            ended(reason.toString());
            var _ = participant.leave(reason);
        }
    }

    private void ended(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        cancelTimer();
        LOG.info(
                "participant={} room={} event=left reason={}",
                participantId(),
                hub.room().id(),
                reason);
        onEnd.run();
    }

    private void cancelTimer() {
        if (lossTimer != null) {
            lossTimer.cancel();
            lossTimer = null;
        }
    }
}

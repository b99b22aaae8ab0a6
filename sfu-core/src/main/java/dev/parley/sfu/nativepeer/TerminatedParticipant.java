package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A participant whose browser meets libwebrtc in this JVM. The room has an ordinary member, whose forwarding peer is met by
 * another connection of libwebrtc; what arrives at one of the two is decoded and sent by the other, encoded anew.
 *
 * <pre>
 *   browser ── BrowserSide │ RoomSide ── forwarding peer ── room
 * </pre>
 *
 * <p>Sections are called the same on both sides, so the room's words for them (slots, tracks, events) are the browser's.
 * What changes the connections runs one after the other; any thread may call.
 */
final class TerminatedParticipant implements Participant {
    private static final Logger LOG = LoggerFactory.getLogger(TerminatedParticipant.class);

    private final Participant member;
    private final Consumer<ConnectionState> browserState;
    private final BrowserSide browser;
    private final RoomSide towardsRoom;
    private final TerminatedSlots slots;
    private final PublishedPlaces published;
    private final Room.EventSubscription events;
    /** The end of the last operation: each begins behind the one before. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

    private boolean left;

    private TerminatedParticipant(
            Participant member,
            Consumer<ConnectionState> browserState,
            BrowserSide browser,
            RoomSide towardsRoom,
            EncodeBudget budget,
            EncodeClock clock) {
        this.member = member;
        this.browserState = browserState;
        this.browser = browser;
        this.towardsRoom = towardsRoom;
        this.slots = new TerminatedSlots(member, browser, towardsRoom, budget);
        this.published = new PublishedPlaces(budget);
        this.events = member.room().onEvent(this::onEvent);
        clock.add(slots);
        LOG.info("participant={} event=terminated-natively", member.id());
        var _ = browser.connection().whenClosed().whenComplete((_, _) -> clock.remove(slots));
    }

    /**
     * Puts libwebrtc before a member that has just joined.
     *
     * @param ports where the browser meets it
     * @param reachable see {@link RoomSide#open}
     * @param browserState told of the browser's connection, which the member's peer does not see
     */
    static CompletableFuture<Participant> before(
            Participant member,
            NativePorts ports,
            UnaryOperator<String> reachable,
            EncodeBudget budget,
            EncodeClock clock,
            Consumer<ConnectionState> browserState) {
        CompletableFuture<TerminatedParticipant> made = new CompletableFuture<>();
        browserState.accept(ConnectionState.CONNECTING);
        Consumer<RTCPeerConnectionState> onBrowser = state -> {
            var _ = made.thenAccept(participant -> participant.browserChanged(state));
        };
        Consumer<RTCPeerConnectionState> onRoom = state -> {
            var _ = made.thenAccept(participant -> participant.roomSideChanged(state));
        };
        var _ = BrowserSide.open(member.id(), ports, onBrowser)
                .thenCompose(browser -> RoomSide.open(member, reachable, onRoom)
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                var _ = browser.close();
                            }
                        })
                        .thenApply(
                                room -> new TerminatedParticipant(member, browserState, browser, room, budget, clock)))
                .whenComplete((participant, failure) -> {
                    if (failure == null) {
                        made.complete(participant);
                    } else {
                        var _ = member.leave(RoomEvent.LeaveReason.REMOVED);
                        made.completeExceptionally(failure);
                    }
                });
        return made.thenApply(participant -> participant);
    }

    // --- what the member says as it is ------------------------------------------------------------------------------

    @Override
    public String id() {
        return member.id();
    }

    @Override
    public String identity() {
        return member.identity();
    }

    @Override
    public Room room() {
        return member.room();
    }

    @Override
    public CompletableFuture<ParticipantInfo> info() {
        return member.info();
    }

    @Override
    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        return member.mute(trackId, muted);
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        return member.explain();
    }

    // --- negotiation ------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Answer> answer(Offer offer) {
        return inTurn(() -> {
            List<TerminatedSection> sections = TerminatedSection.of(offer.sdp());
            PublishedPlaces.Change places = published.change(sections);
            return browser.take(offer.sdp(), sections)
                    .thenCompose(sent -> follow(offer, sections, sent))
                    .whenComplete((_, refusal) -> {
                        if (refusal == null) {
                            places.keep();
                        } else {
                            places.undo();
                        }
                    });
        });
    }

    private CompletableFuture<Answer> follow(
            Offer offer, List<TerminatedSection> sections, Map<String, MediaStreamTrack> sent) {
        return towardsRoom
                .follow(sections, sent, offer.sources(), Map.of())
                .whenComplete((_, refusal) -> {
                    if (refusal != null) {
                        browser.refuse();
                    }
                })
                .thenCompose(answer -> browser.answer(sections, answer.slots()).thenApply(sdp -> {
                    slots.negotiated(sections);
                    return new Answer(sdp, answer.published(), answer.slots());
                }));
    }

    // --- slots ------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
        return inTurn(() -> slots.subscribe(slotMid, trackId, hint));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String slotMid) {
        return inTurn(() -> slots.unsubscribe(slotMid));
    }

    @Override
    public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
        return inTurn(() -> slots.hint(slotMid, hint));
    }

    // --- events -----------------------------------------------------------------------------------------------------

    /** On the room's thread, which must not wait. */
    private void onEvent(RoomEvent event) {
        switch (event) {
            case RoomEvent.SlotEnded ended
            when isMe(ended.participantId()) -> {
                var _ = inTurn(() -> slots.ended(ended.mid(), ended.trackId()));
            }
            case RoomEvent.ParticipantLeft gone when isMe(gone.participantId()) -> close();
            case RoomEvent.RoomClosed _ -> close();
            case RoomEvent.ParticipantJoined _,
                    RoomEvent.ParticipantUpdated _,
                    RoomEvent.ParticipantLeft _,
                    RoomEvent.SpeakersChanged _,
                    RoomEvent.OfSlot _ -> {}
        }
    }

    private boolean isMe(String participantId) {
        return member.id().equals(participantId);
    }

    private void browserChanged(RTCPeerConnectionState state) {
        switch (state) {
            case NEW, CONNECTING -> {}
            case CONNECTED -> browserState.accept(ConnectionState.CONNECTED);
            // libwebrtc gives up after a while, and an ICE restart brings it back all the same.
            case DISCONNECTED, FAILED -> browserState.accept(ConnectionState.DISCONNECTED);
            case CLOSED -> browserState.accept(ConnectionState.CLOSED);
        }
    }

    private void roomSideChanged(RTCPeerConnectionState state) {
        if (state == RTCPeerConnectionState.FAILED) {
            // Within one machine nothing brings it back: the client sees that it has left, and joins anew.
            LOG.warn("participant={} event=native-room-side-lost", member.id());
            var _ = leave(RoomEvent.LeaveReason.TIMED_OUT);
        }
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
        close();
        return member.leave(reason);
    }

    /** The browser's side first, so that it is told goodbye; what it was sent ends after that. */
    private void close() {
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
        }
        events.close();
        slots.close();
        published.close();
        var _ = browser.close().thenCompose(_ -> towardsRoom.close());
    }

    /** Begins when what was begun before has ended, however it did. */
    private synchronized <T extends @Nullable Object> CompletableFuture<T> inTurn(
            Supplier<CompletableFuture<T>> operation) {
        if (left) {
            return CompletableFuture.failedFuture(
                    new SfuException(SfuException.Code.CLOSED, "participant " + member.id() + " has left the room"));
        }
        CompletableFuture<T> result = last.handle((_, _) -> true).thenCompose(_ -> operation.get());
        last = result;
        return result;
    }
}

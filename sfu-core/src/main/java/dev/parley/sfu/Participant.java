package dev.parley.sfu;

import java.util.concurrent.CompletableFuture;

/**
 * A member of a room and its one media connection. Every method may be called from any thread; futures fail with
 * {@link SfuException} and complete on the shard's thread.
 */
public interface Participant {
    /** The server's id, {@code PA_…}. */
    String id();

    String identity();

    Room room();

    /** As the others see it now. */
    CompletableFuture<ParticipantInfo> info();

    /**
     * Answers the client's offer: the first one connects, later ones change what is published and received, and one
     * with a new ICE ufrag restarts ICE. Offers are answered in the order of the calls.
     */
    CompletableFuture<Answer> answer(Offer offer);

    /** Puts a track into a slot, in place of what was there. Needs no renegotiation. */
    CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint);

    /** Empties a slot; an empty one stays empty. */
    CompletableFuture<Void> unsubscribe(String slotMid);

    /** Tells how the slot's track is shown now. */
    CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint);

    /** Tells the others that a published track is muted, or no longer. */
    CompletableFuture<Void> mute(String trackId, boolean muted);

    /** Why this participant receives what it does: the link, each slot, and what was decided lately. */
    CompletableFuture<Explanation> explain();

    /** Leaves the room and closes the connection. Leaving again does nothing. */
    CompletableFuture<Void> leave(RoomEvent.LeaveReason reason);
}

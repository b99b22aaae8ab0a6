package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Participant;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SubscriptionHint;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What codec bridges need of a room beyond what any embedder may do. Any thread. */
public interface BridgedRoom {
    /** The room itself, which bridges join unseen. */
    Room room();

    /** Whether a slot has been asked to show the track, and still is. */
    CompletableFuture<Boolean> isWanted(String participantId, String mid, String trackId);

    /**
     * Puts another encoding of a track into the slot that was asked to show it.
     *
     * @return whether it is there; false when the slot was given something else, or the encoding has ended
     */
    CompletableFuture<Boolean> substitute(String participantId, String mid, String trackId, String encodingId);

    /** How large a bridge's track is shown at most; empty when no slot has it. */
    CompletableFuture<Optional<SubscriptionHint>> shown(Participant bridge, String encodingId);

    /** Tells a participant that it gets no bridge, and why. */
    void tell(RoomEvent.SlotUndecodable event);
}

package dev.parley.signaling.session;

import dev.parley.sfu.Explanation;
import java.util.concurrent.CompletableFuture;

/** Somebody who is told a room's events. Called on the session loop. */
public interface RoomMember {
    /** The id of the member's participant. */
    String participantId();

    void onEvent(SharedEvent event);

    /** Why the member's participant receives what it does. */
    CompletableFuture<Explanation> explain();
}

package dev.parley.sfu;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A conference: whoever is in it can receive what the others publish. Owned by one shard, also when some of its
 * participants are on others; every method may be called from any thread and completes there.
 *
 * <p>Futures fail with {@link SfuException}. They complete on the shard's thread: use the {@code …Async} methods for
 * anything that takes long.
 */
public interface Room {
    /** The server's id, {@code RM_…}. */
    String id();

    /** What the application calls the room. */
    String name();

    /** Who meets the connections of those who join from now on and do not say themselves. */
    void termination(Termination termination);

    /** Adds a participant. One of the same identity is replaced: it leaves with {@code REPLACED}. */
    CompletableFuture<Participant> join(JoinRequest request);

    /** Everybody in the room now. */
    CompletableFuture<List<ParticipantInfo>> participants();

    /** Calls {@code listener} for every event from now on; closing the subscription ends that. */
    EventSubscription onEvent(Consumer<RoomEvent> listener);

    /** Ends the room: everybody leaves with {@code ROOM_CLOSED}. */
    CompletableFuture<Void> close();

    /** A listener's registration. */
    interface EventSubscription extends AutoCloseable {
        @Override
        void close();
    }
}

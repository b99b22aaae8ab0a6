package dev.parley.sfu;

import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.shard.ShardEngine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries an embedder's calls to the shard that owns the room, and the room's events back. */
final class RoomHandle implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(RoomHandle.class);

    private final String name;
    private final ShardEngine engine;
    private final RoomState state;
    private final CopyOnWriteArrayList<Consumer<RoomEvent>> listeners = new CopyOnWriteArrayList<>();

    RoomHandle(String name, ShardEngine engine, Consumer<String> onClosed) {
        this.name = name;
        this.engine = engine;
        this.state = engine.newRoom(event -> {
            if (event instanceof RoomEvent.RoomClosed) {
                // Before anybody hears of it, who may want a new room of that name.
                onClosed.accept(name);
            }
            deliver(event);
        });
    }

    @Override
    public String id() {
        return state.id();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<Participant> join(JoinRequest request) {
        return engine.call(nowNs -> new ParticipantHandle(this, engine, state, state.join(request, nowNs)));
    }

    @Override
    public CompletableFuture<List<ParticipantInfo>> participants() {
        return engine.call(nowNs -> state.participants());
    }

    @Override
    public EventSubscription onEvent(Consumer<RoomEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletableFuture<Void> close() {
        return close(RoomEvent.LeaveReason.ROOM_CLOSED);
    }

    CompletableFuture<Void> close(RoomEvent.LeaveReason reason) {
        return engine.run(nowNs -> state.close(reason, nowNs));
    }

    private void deliver(RoomEvent event) {
        for (Consumer<RoomEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                // An embedder's bug must not end the call of those who did nothing wrong.
                LOG.error(
                        "room={} event={} a listener failed",
                        id(),
                        event.getClass().getSimpleName(),
                        e);
            }
        }
    }

    @Override
    public String toString() {
        return "Room[" + id() + " " + name + "]";
    }
}

package dev.parley.sfu;

import dev.parley.sfu.nativepeer.BridgedRoom;
import dev.parley.sfu.nativepeer.NativePeers;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.shard.RoomSegments;
import dev.parley.sfu.shard.ShardEngine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries an embedder's calls to the shard that owns the room, or to the one that a participant is on, and the room's events back. */
final class RoomHandle implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(RoomHandle.class);

    private final String name;
    private final RoomSegments segments;
    private final ShardEngine engine;
    private final RoomState state;
    private final NativePeers nativePeers;
    /** Those who are helped where they cannot decode a track, by id. */
    private final Map<String, ParticipantHandle> bridged = new ConcurrentHashMap<>();

    private volatile Termination termination;
    /** Once somebody needed one. The room's thread only. */
    private NativePeers.@Nullable RoomBridges bridges;

    private final CopyOnWriteArrayList<Consumer<RoomEvent>> listeners = new CopyOnWriteArrayList<>();

    RoomHandle(
            String name,
            ShardEngine engine,
            Termination termination,
            NativePeers nativePeers,
            Consumer<String> onClosed) {
        this.name = name;
        this.engine = engine;
        this.termination = termination;
        this.nativePeers = nativePeers;
        this.segments = engine.newRoom(event -> {
            if (event instanceof RoomEvent.RoomClosed) {
                // Before anybody hears of it, who may want a new room of that name.
                onClosed.accept(name);
            }
            deliver(event);
        });
        this.state = segments.room();
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
    public void termination(Termination newTermination) {
        termination = newTermination;
    }

    @Override
    public CompletableFuture<Participant> join(JoinRequest request) {
        return switch (Objects.requireNonNullElse(request.termination(), termination)) {
            case FORWARD -> enter(request).thenApply(participant -> participant);
            case NATIVE -> joinTerminated(request);
            case AUTO ->
                enter(request).thenApply(member -> {
                    bridged.put(member.id(), member);
                    return member;
                });
        };
    }

    private CompletableFuture<Participant> joinTerminated(JoinRequest request) {
        // Elsewhere than on the caller's thread: it may load the library, which takes a while.
        return CompletableFuture.runAsync(NativePeers::require)
                .thenCompose(_ -> enter(request))
                .thenCompose(member -> nativePeers.terminate(member, member::browserState));
    }

    private CompletableFuture<ParticipantHandle> enter(JoinRequest request) {
        CompletableFuture<ParticipantHandle> joined = new CompletableFuture<>();
        JoinListener listener = new JoinListener() {
            @Override
            public void joined(int segment, String participantId) {
                RoomSegments.Segment on = segments.segment(segment);
                joined.complete(new ParticipantHandle(RoomHandle.this, on, participantId, request.identity()));
            }

            @Override
            public void refused(SfuException refusal) {
                joined.completeExceptionally(refusal);
            }
        };
        var _ = engine.run(nowNs -> state.join(request, listener, nowNs)).exceptionally(failure -> {
            joined.completeExceptionally(failure);
            throw new CompletionException(failure);
        });
        return joined;
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

    /**
     * Runs a participant's command on its shard. The result of another shard than the room's comes by way of the room's,
     * behind the events that the command has caused, so that callers see one order wherever they are.
     */
    <T> CompletableFuture<T> call(ShardEngine on, LongFunction<T> command) {
        CompletableFuture<T> called = on.call(command);
        if (on.equals(engine)) {
            return called;
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        var _ = called.whenComplete((value, failure) -> {
            if (engine.shard().isStopping()) {
                complete(result, value, failure);
            } else {
                engine.tell(_ -> complete(result, value, failure));
            }
        });
        return result;
    }

    private static <T> void complete(CompletableFuture<T> result, T value, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure);
        }
    }

    CompletableFuture<Void> close(RoomEvent.LeaveReason reason) {
        return engine.run(nowNs -> state.close(reason, nowNs));
    }

    private void deliver(RoomEvent event) {
        switch (event) {
            case RoomEvent.SlotUndecodable slot
            when bridged.containsKey(slot.participantId()) -> {
                bridges().undecodable(slot);
                return;
            }
            case RoomEvent.ParticipantLeft left -> bridged.remove(left.participantId());
            case RoomEvent.RoomClosed _ -> {
                bridged.clear();
                if (bridges != null) {
                    bridges.close();
                }
            }
            case RoomEvent.ParticipantJoined _,
                    RoomEvent.ParticipantUpdated _,
                    RoomEvent.SpeakersChanged _,
                    RoomEvent.OfSlot _ -> {}
        }
        tell(event);
    }

    /** On the room's thread. */
    private NativePeers.RoomBridges bridges() {
        if (bridges == null) {
            bridges = nativePeers.bridges(new Bridged());
        }
        return bridges;
    }

    private void tell(RoomEvent event) {
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

    /** What bridges between codecs do here that embedders may not. */
    private final class Bridged implements BridgedRoom {
        @Override
        public Room room() {
            return RoomHandle.this;
        }

        @Override
        public CompletableFuture<Boolean> isWanted(String participantId, String mid, String trackId) {
            ParticipantHandle member = bridged.get(participantId);
            return member == null ? CompletableFuture.completedFuture(false) : member.isWanted(mid, trackId);
        }

        @Override
        public CompletableFuture<Boolean> substitute(
                String participantId, String mid, String trackId, String encodingId) {
            ParticipantHandle member = bridged.get(participantId);
            return member == null
                    ? CompletableFuture.completedFuture(false)
                    : member.substitute(mid, trackId, encodingId);
        }

        @Override
        public CompletableFuture<Optional<SubscriptionHint>> shown(Participant bridge, String encodingId) {
            return bridge instanceof ParticipantHandle handle
                    ? handle.shown(encodingId)
                    : CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public void tell(RoomEvent.SlotUndecodable event) {
            engine.tell(_ -> RoomHandle.this.tell(event));
        }
    }

    @Override
    public String toString() {
        return "Room[" + id() + " " + name + "]";
    }
}

package dev.parley.sfu.nativepeer;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A room that writes down what bridges do to it. */
final class FakeBridgedRoom implements BridgedRoom {
    private final Set<String> wanted = new HashSet<>();
    private final Map<String, SubscriptionHint> shown = new HashMap<>();
    private final List<String> substitutions = new ArrayList<>();
    private final List<RoomEvent.SlotUndecodable> told = new ArrayList<>();
    private int deaf;

    void want(String participantId, String mid, String trackId) {
        wanted.add(participantId + " " + mid + " " + trackId);
    }

    void wantNothing(String participantId) {
        wanted.removeIf(key -> key.startsWith(participantId + " "));
    }

    void show(String encodingId, @Nullable SubscriptionHint hint) {
        if (hint == null) {
            shown.remove(encodingId);
        } else {
            shown.put(encodingId, hint);
        }
    }

    /** As {@code participant mid track as encoding}. */
    List<String> substitutions() {
        return List.copyOf(substitutions);
    }

    List<RoomEvent.SlotUndecodable> told() {
        return List.copyOf(told);
    }

    @Override
    public CompletableFuture<Boolean> isWanted(String participantId, String mid, String trackId) {
        return CompletableFuture.completedFuture(wanted.contains(participantId + " " + mid + " " + trackId));
    }

    @Override
    public CompletableFuture<Boolean> substitute(String participantId, String mid, String trackId, String encodingId) {
        substitutions.add(participantId + " " + mid + " " + trackId + " as " + encodingId);
        if (deaf > 0) {
            deaf--;
            return CompletableFuture.completedFuture(false);
        }
        return isWanted(participantId, mid, trackId);
    }

    /** The next substitutions find that the encoding is not known where the viewer is. */
    void hearLate(int times) {
        deaf = times;
    }

    @Override
    public CompletableFuture<Optional<SubscriptionHint>> shown(Participant bridge, String encodingId) {
        return CompletableFuture.completedFuture(Optional.ofNullable(shown.get(encodingId)));
    }

    @Override
    public void tell(RoomEvent.SlotUndecodable event) {
        told.add(event);
    }

    @Override
    public Room room() {
        return new NamedRoom();
    }

    private record NamedRoom() implements Room {
        @Override
        public String id() {
            return "RM_1";
        }

        @Override
        public String name() {
            return "room";
        }

        @Override
        public void termination(Termination termination) {}

        @Override
        public CompletableFuture<Participant> join(JoinRequest request) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }

        @Override
        public CompletableFuture<List<ParticipantInfo>> participants() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public EventSubscription onEvent(Consumer<RoomEvent> listener) {
            return () -> {};
        }

        @Override
        public CompletableFuture<Void> close() {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }
    }
}

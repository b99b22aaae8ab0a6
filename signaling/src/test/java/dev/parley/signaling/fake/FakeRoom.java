package dev.parley.signaling.fake;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.Termination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A room without media, which does what it is asked at once. */
public final class FakeRoom implements Room {
    private final String name;
    private final List<Consumer<RoomEvent>> listeners = new CopyOnWriteArrayList<>();
    public final Map<String, FakeParticipant> participants = new LinkedHashMap<>();
    public volatile boolean closed;
    public SfuException.@Nullable Code refusal;

    /** When set, those who join have their offers answered only once the test completes it. */
    public @Nullable CompletableFuture<Void> gate;

    private int made;

    FakeRoom(String name) {
        this.name = name;
    }

    @Override
    public String id() {
        return "RM_" + name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized CompletableFuture<Participant> join(JoinRequest request) {
        if (closed) {
            return CompletableFuture.failedFuture(new SfuException(SfuException.Code.CLOSED, "the room has ended"));
        }
        if (refusal != null) {
            return CompletableFuture.failedFuture(new SfuException(refusal, "refused by the test"));
        }
        for (FakeParticipant old : List.copyOf(participants.values())) {
            if (old.identity().equals(request.identity())) {
                old.left(RoomEvent.LeaveReason.REPLACED);
            }
        }
        made++;
        FakeParticipant participant = new FakeParticipant(this, "PA_" + made, request);
        participant.gate = gate;
        participants.put(participant.id(), participant);
        emit(new RoomEvent.ParticipantJoined(participant.snapshot()));
        return CompletableFuture.completedFuture(participant);
    }

    /** Somebody who is in the room by other ways than signaling. */
    public FakeParticipant add(String identity) {
        return (FakeParticipant) join(JoinRequest.of(identity)).join();
    }

    public FakeParticipant find(String identity) {
        return participants.values().stream()
                .filter(participant -> participant.identity().equals(identity))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody is called " + identity + " in " + participants.keySet()));
    }

    public boolean has(String identity) {
        return participants.values().stream()
                .anyMatch(participant -> participant.identity().equals(identity));
    }

    @Override
    public synchronized CompletableFuture<List<ParticipantInfo>> participants() {
        List<ParticipantInfo> infos = new ArrayList<>();
        participants.values().forEach(participant -> infos.add(participant.snapshot()));
        return CompletableFuture.completedFuture(infos);
    }

    @Override
    public void termination(Termination termination) {}

    @Override
    public EventSubscription onEvent(Consumer<RoomEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public int listenerCount() {
        return listeners.size();
    }

    public synchronized void emit(RoomEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public synchronized CompletableFuture<Void> close() {
        closed = true;
        List.copyOf(participants.values()).forEach(p -> p.left(RoomEvent.LeaveReason.ROOM_CLOSED));
        emit(new RoomEvent.RoomClosed());
        return CompletableFuture.completedFuture(null);
    }
}

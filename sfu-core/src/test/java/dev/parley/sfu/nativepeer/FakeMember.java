package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Answer;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SubscriptionHint;
import java.util.concurrent.CompletableFuture;

/** A member that has a name, and nothing else. */
record FakeMember(String id) implements Participant {
    @Override
    public String identity() {
        return id;
    }

    @Override
    public Room room() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ParticipantInfo> info() {
        return refused();
    }

    @Override
    public CompletableFuture<Answer> answer(Offer offer) {
        return refused();
    }

    @Override
    public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
        return refused();
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String slotMid) {
        return refused();
    }

    @Override
    public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
        return refused();
    }

    @Override
    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        return refused();
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        return refused();
    }

    @Override
    public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
        return refused();
    }

    private static <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }
}

package dev.parley.sfu;

import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.shard.ShardEngine;
import java.util.concurrent.CompletableFuture;

/** Carries an embedder's calls to the shard that owns the participant. */
final class ParticipantHandle implements Participant {
    private final RoomHandle room;
    private final ShardEngine engine;
    private final RoomState roomState;
    private final ParticipantState state;

    ParticipantHandle(RoomHandle room, ShardEngine engine, RoomState roomState, ParticipantState state) {
        this.room = room;
        this.engine = engine;
        this.roomState = roomState;
        this.state = state;
    }

    @Override
    public String id() {
        return state.id();
    }

    @Override
    public String identity() {
        return state.identity();
    }

    @Override
    public Room room() {
        return room;
    }

    @Override
    public CompletableFuture<ParticipantInfo> info() {
        return engine.call(nowNs -> state.info());
    }

    @Override
    public CompletableFuture<Answer> answer(Offer offer) {
        return engine.call(nowNs -> state.answer(offer, nowNs));
    }

    @Override
    public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
        return engine.run(nowNs -> state.subscribe(slotMid, trackId, hint, nowNs));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String slotMid) {
        return engine.run(nowNs -> state.unsubscribe(slotMid, nowNs));
    }

    @Override
    public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
        return engine.run(nowNs -> state.hint(slotMid, hint, nowNs));
    }

    @Override
    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        return engine.run(nowNs -> state.mute(trackId, muted));
    }

    @Override
    public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
        return engine.run(nowNs -> roomState.leave(state, reason, nowNs));
    }

    @Override
    public String toString() {
        return "Participant[" + id() + " " + identity() + "]";
    }
}

package dev.parley.sfu;

import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.shard.RoomSegments;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Carries an embedder's calls to the shard that owns the participant. */
final class ParticipantHandle implements Participant {
    private final RoomHandle room;
    private final RoomSegments.Segment segment;
    private final String id;
    private final String identity;
    /** Shard's thread only. Kept, as one who has left is found in its segment no more. */
    private @Nullable ParticipantState found;

    ParticipantHandle(RoomHandle room, RoomSegments.Segment segment, String id, String identity) {
        this.room = room;
        this.segment = segment;
        this.id = id;
        this.identity = identity;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Room room() {
        return room;
    }

    @Override
    public CompletableFuture<ParticipantInfo> info() {
        return call(_ -> state().info());
    }

    @Override
    public CompletableFuture<Answer> answer(Offer offer) {
        return call(nowNs -> state().answer(offer, nowNs));
    }

    @Override
    public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
        return run(nowNs -> state().subscribe(slotMid, trackId, hint, nowNs));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String slotMid) {
        return run(nowNs -> state().unsubscribe(slotMid, nowNs));
    }

    @Override
    public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
        return run(nowNs -> state().hint(slotMid, hint, nowNs));
    }

    @Override
    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        return run(_ -> state().mute(trackId, muted));
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        return call(nowNs -> state().explain(nowNs));
    }

    @Override
    public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
        return run(nowNs -> {
            ParticipantState present = find();
            if (present != null) {
                present.leave(reason, nowNs);
            }
        });
    }

    /** How the browser's own connection fares, where it ends before the peer. */
    void browserState(ConnectionState browserState) {
        var _ = run(_ -> {
            ParticipantState present = find();
            if (present != null) {
                present.browserState(browserState);
            }
        });
    }

    /** Whether the slot has been asked to show the track, and still is. */
    CompletableFuture<Boolean> isWanted(String slotMid, String trackId) {
        return call(_ -> {
            ParticipantState present = find();
            return present != null && present.wants(slotMid, trackId);
        });
    }

    /** See {@link ParticipantState#substitute}. */
    CompletableFuture<Boolean> substitute(String slotMid, String trackId, String encodingId) {
        return call(nowNs -> {
            ParticipantState present = find();
            return present != null && present.substitute(slotMid, trackId, encodingId, nowNs);
        });
    }

    /** How large a published track is shown at most; empty when it is in no slot. */
    CompletableFuture<Optional<SubscriptionHint>> shown(String trackId) {
        return call(_ -> state().shown(trackId));
    }

    private ParticipantState state() {
        ParticipantState present = find();
        if (present == null) {
            throw new SfuException(SfuException.Code.CLOSED, "participant " + id + " has left the room");
        }
        return present;
    }

    private @Nullable ParticipantState find() {
        if (found == null) {
            found = segment.state().participant(id);
        }
        return found;
    }

    private <T> CompletableFuture<T> call(LongFunction<T> command) {
        return room.call(segment.engine(), command);
    }

    @SuppressWarnings("NullAway") // Void has no value but null.
    private CompletableFuture<Void> run(LongConsumer command) {
        return call(nowNs -> {
            command.accept(nowNs);
            return null;
        });
    }

    @Override
    public String toString() {
        return "Participant[" + id() + " " + identity() + "]";
    }
}

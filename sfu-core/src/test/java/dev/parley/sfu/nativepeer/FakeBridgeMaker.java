package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Participant;
import dev.parley.sfu.Room;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Bridges that open when a test says so, and encode nothing. */
final class FakeBridgeMaker implements BridgeMaker {
    private final List<String> asked = new ArrayList<>();
    private final Map<String, CompletableFuture<RunningBridge>> opening = new HashMap<>();
    private int opened;

    static final class FakeBridge implements RunningBridge {
        private final String encodingId;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private @Nullable SubscriptionHint steered;

        FakeBridge(String encodingId) {
            this.encodingId = encodingId;
        }

        @Override
        public Participant member() {
            return new FakeMember(encodingId);
        }

        @Override
        public String encodingId() {
            return encodingId;
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended;
        }

        @Override
        public void steer(SubscriptionHint shown) {
            steered = shown;
        }

        Optional<SubscriptionHint> steered() {
            return Optional.ofNullable(steered);
        }

        @Override
        public void close() {
            end();
        }

        /** Ends it, as its track's end does. */
        void end() {
            ended.complete(null);
        }

        boolean isClosed() {
            return ended.isDone();
        }
    }

    @Override
    public CompletableFuture<RunningBridge> open(Room room, String trackId, String codec) {
        asked.add(trackId + " " + codec);
        CompletableFuture<RunningBridge> future = new CompletableFuture<>();
        opening.put(trackId + " " + codec, future);
        return future;
    }

    /** What was asked for, as {@code track codec}. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Completes what was asked for; its tracks are called E1, E2 and so on. */
    FakeBridge open(String what) {
        FakeBridge bridge = new FakeBridge("E" + ++opened);
        Objects.requireNonNull(opening.remove(what)).complete(bridge);
        return bridge;
    }

    void refuse(String what, SfuException reason) {
        Objects.requireNonNull(opening.remove(what)).completeExceptionally(reason);
    }
}

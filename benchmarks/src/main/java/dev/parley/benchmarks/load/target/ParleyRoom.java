package dev.parley.benchmarks.load.target;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A room of a Parley that runs elsewhere, by its signaling, for native participants of this process: they join it as they
 * would a room of their own JVM. Only what those need is there; events and others' tracks are not.
 */
public final class ParleyRoom implements Room {
    private static final String UNUSED = "a room elsewhere is told by its own API";

    private final HttpClient http;
    private final URI address;
    private final String name;

    /** @param address of the room's WebSocket */
    public ParleyRoom(HttpClient http, URI address, String name) {
        this.http = http;
        this.address = address;
        this.name = name;
    }

    @Override
    public String id() {
        return name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void termination(Termination termination) {
        throw new UnsupportedOperationException(UNUSED);
    }

    @Override
    public CompletableFuture<Participant> join(JoinRequest request) {
        return CompletableFuture.completedFuture(new Elsewhere(request.identity()));
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
        throw new UnsupportedOperationException(UNUSED);
    }

    /** A member by its WebSocket, which is opened with the first offer. Any thread. */
    private final class Elsewhere implements Participant {
        private final String identity;
        private @Nullable SignalingSocket signaling;

        Elsewhere(String identity) {
            this.identity = identity;
        }

        @Override
        public String id() {
            return identity;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public Room room() {
            return ParleyRoom.this;
        }

        @Override
        public CompletableFuture<ParticipantInfo> info() {
            return CompletableFuture.completedFuture(
                    new ParticipantInfo(identity, identity, identity, 1, ConnectionState.CONNECTED, List.of()));
        }

        @Override
        public CompletableFuture<Answer> answer(Offer offer) {
            return later(() -> negotiated(offer));
        }

        private synchronized Answer negotiated(Offer offer) throws IOException, InterruptedException {
            SignalingSocket open = signaling;
            if (open != null) {
                JsonNode reply = open.call(described("offer", offer), "answer");
                return answer(reply);
            }
            open = SignalingSocket.open(http, address, _ -> {});
            signaling = open;
            ObjectNode join = described("join", offer)
                    .put("room", name)
                    .put("identity", identity)
                    .put("name", identity);
            return answer(open.call(join, "joined").path("answer"));
        }

        private ObjectNode described(String type, Offer offer) {
            ObjectNode message = SignalingSocket.message(type).put("sdp", offer.sdp());
            ArrayNode tracks = message.putArray("tracks");
            offer.sources()
                    .forEach((mid, source) -> tracks.addObject()
                            .put("mid", mid)
                            .put(
                                    "source",
                                    source.name().toLowerCase(Locale.ROOT).replace('_', '-')));
            return message;
        }

        private static Answer answer(JsonNode answer) {
            List<TrackInfo> published = new ArrayList<>();
            for (JsonNode track : answer.path("published")) {
                published.add(new TrackInfo(
                        track.path("id").asString(""),
                        track.path("clientTrackId").asString(""),
                        track.path("mid").asString(""),
                        kind(track),
                        TrackSource.UNKNOWN,
                        track.path("codec").asString(""),
                        List.of(),
                        false));
            }
            List<Answer.Slot> slots = new ArrayList<>();
            for (JsonNode slot : answer.path("slots")) {
                slots.add(new Answer.Slot(
                        slot.path("mid").asString(""),
                        kind(slot),
                        slot.path("streamId").asString("")));
            }
            return new Answer(answer.path("sdp").asString(""), published, slots);
        }

        private static MediaKind kind(JsonNode of) {
            return of.path("kind").asString("").equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
        }

        @Override
        public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
            return told(
                    SignalingSocket.message("subscribe").put("slot", slotMid).put("trackId", trackId));
        }

        @Override
        public CompletableFuture<Void> unsubscribe(String slotMid) {
            return told(SignalingSocket.message("unsubscribe").put("slot", slotMid));
        }

        @Override
        public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
            throw new UnsupportedOperationException(UNUSED);
        }

        @Override
        public CompletableFuture<Void> mute(String trackId, boolean muted) {
            throw new UnsupportedOperationException(UNUSED);
        }

        @Override
        public CompletableFuture<Explanation> explain() {
            throw new UnsupportedOperationException(UNUSED);
        }

        @Override
        public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
            return told(SignalingSocket.message("leave")).whenComplete((_, _) -> end());
        }

        private synchronized void end() {
            SignalingSocket open = signaling;
            if (open != null) {
                open.close();
            }
        }

        @SuppressWarnings("NullAway") // Void has no value but null.
        private CompletableFuture<Void> told(ObjectNode message) {
            return later(() -> {
                        SignalingSocket open = opened();
                        return open == null ? null : open.call(message, "ok");
                    })
                    .thenApply(_ -> null);
        }

        private synchronized @Nullable SignalingSocket opened() {
            return signaling;
        }
    }

    @SuppressWarnings("IllegalCatch") // Whatever it is, it is the future's.
    private static <T> CompletableFuture<T> later(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var _ = Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}

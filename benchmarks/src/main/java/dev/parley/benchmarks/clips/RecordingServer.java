package dev.parley.benchmarks.clips;

import dev.parley.sfu.Answer;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.peer.PublishedTrack;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.shard.EngineSettings;
import dev.parley.sfu.shard.RoomSegments;
import dev.parley.sfu.shard.ShardConfig;
import dev.parley.sfu.shard.ShardEngine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A shard as it runs in a server, with one room that shows its packets in the clear. */
final class RecordingServer implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String UNUSED = "a recording has one member, who only publishes";

    private final Consumer<String> answered;
    private final ShardEngine engine;
    private final RoomSegments segments;
    private final List<String> members = new CopyOnWriteArrayList<>();

    /**
     * Starts it.
     *
     * @param answered hears of each answer before its client does
     * @param decrypted sees each media packet, on the shard's thread
     */
    RecordingServer(Consumer<String> answered, Consumer<PacketBuffer> decrypted) throws IOException {
        this.answered = answered;
        SecureRandom random = new SecureRandom();
        SfuConfig defaults = SfuConfig.defaults();
        EngineSettings settings = new EngineSettings(
                List.of(LOOPBACK),
                List.of(),
                false,
                BouncyCastleDtls.server(DtlsCertificate.generate(random, Instant.now()), DtlsLimits.defaults()),
                new RecordingCiphers(SrtpCipherProviders.select(SrtpCipherProviders.AUTO, System::nanoTime), decrypted),
                defaults.limits(),
                0,
                Duration.ofSeconds(30).toNanos(),
                random);
        engine = ShardEngine.start(
                new ShardConfig(
                        0,
                        UdpPortConfig.of("auto", List.of(LOOPBACK), 0, false),
                        defaults.gather().toNanos(),
                        false,
                        defaults.maxPacketsPerShard(),
                        ShardConfig.DEFAULT_MAILBOX_CAPACITY),
                settings);
        segments = engine.newRoom(_ -> {});
    }

    /** A room for one native participant. */
    Room room() {
        return new RecordingRoom();
    }

    /** Asks for a keyframe of each of these sources. */
    void requestKeyframes(Set<Integer> sources) {
        engine.run(nowNs -> {
                    for (String member : members) {
                        state(member).peer().tracks().forEach(track -> request(track, sources, nowNs));
                    }
                })
                .join();
    }

    private static void request(PublishedTrack track, Set<Integer> sources, long nowNs) {
        for (int ssrc : sources) {
            track.requestKeyframe(ssrc, nowNs);
        }
    }

    private ParticipantState state(String member) {
        ParticipantState state = segments.first().state().participant(member);
        if (state == null) {
            throw new SfuException(SfuException.Code.CLOSED, "the recording has ended");
        }
        return state;
    }

    @Override
    public void close() {
        engine.shard().close();
    }

    private final class RecordingRoom implements Room {
        @Override
        public String id() {
            return "RM_recording";
        }

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public void termination(Termination termination) {
            throw new UnsupportedOperationException(UNUSED);
        }

        @Override
        public CompletableFuture<Participant> join(JoinRequest request) {
            CompletableFuture<String> joined = new CompletableFuture<>();
            JoinListener listener = new JoinListener() {
                @Override
                public void joined(int segment, String participantId) {
                    joined.complete(participantId);
                }

                @Override
                public void refused(SfuException refusal) {
                    joined.completeExceptionally(refusal);
                }
            };
            return engine.run(nowNs -> segments.room().join(request, listener, nowNs))
                    .thenCompose(_ -> joined)
                    .thenApply(id -> {
                        members.add(id);
                        return new RecordingMember(this, request.identity(), id);
                    });
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
        @SuppressWarnings("NullAway") // Void has no value but null.
        public CompletableFuture<Void> close() {
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class RecordingMember implements Participant {
        private final Room room;
        private final String identity;
        private final String id;

        RecordingMember(Room room, String identity, String id) {
            this.room = room;
            this.identity = identity;
            this.id = id;
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
            return engine.call(_ -> state(id).info());
        }

        @Override
        public CompletableFuture<Answer> answer(Offer offer) {
            return engine.call(nowNs -> state(id).answer(offer, nowNs)).thenApply(answer -> {
                answered.accept(answer.sdp());
                return answer;
            });
        }

        @Override
        public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
            throw new UnsupportedOperationException(UNUSED);
        }

        @Override
        public CompletableFuture<Void> unsubscribe(String slotMid) {
            throw new UnsupportedOperationException(UNUSED);
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
            return engine.run(nowNs -> state(id).leave(reason, nowNs));
        }
    }
}

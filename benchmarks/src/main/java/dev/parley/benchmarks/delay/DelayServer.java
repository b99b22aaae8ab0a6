package dev.parley.benchmarks.delay;

import com.sun.management.ThreadMXBean;
import dev.parley.benchmarks.forward.BenchClient;
import dev.parley.benchmarks.forward.Cores;
import dev.parley.benchmarks.forward.LoopbackSocket;
import dev.parley.benchmarks.forward.ReadyKeys;
import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.shard.EngineSettings;
import dev.parley.sfu.shard.RoomSegments;
import dev.parley.sfu.shard.ShardConfig;
import dev.parley.sfu.shard.ShardEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** One shard as it runs in a server, DTLS apart, and the rooms on it in which everybody watches everybody else. */
final class DelayServer implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    /** For ever, as far as a benchmark goes: its clients check once. */
    private static final Duration CONSENT = Duration.ofDays(1);

    private static final int ONE_SEGMENT = 0;
    private static final String SHARD_THREAD = "parley-shard-0";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ReadyKeys keys = new ReadyKeys();
    private final SrtpCipherProvider ciphers;
    private final ShardEngine engine;
    private final long threadId;
    private int clients;
    private int rooms;

    DelayServer(String io, SrtpCipherProvider ciphers, Duration gather, boolean realTime) throws IOException {
        this.ciphers = ciphers;
        EngineSettings settings = new EngineSettings(
                List.of(LOOPBACK),
                List.of(),
                false,
                keys,
                ciphers,
                SfuConfig.Limits.defaults(),
                ONE_SEGMENT,
                CONSENT.toNanos(),
                new SecureRandom());
        engine = ShardEngine.start(
                new ShardConfig(
                        0,
                        UdpPortConfig.of(io, List.of(LOOPBACK), 0, false),
                        gather.toNanos(),
                        realTime,
                        SfuConfig.defaults().maxPacketsPerShard(),
                        ShardConfig.DEFAULT_MAILBOX_CAPACITY),
                settings);
        Cores.forwarder(SHARD_THREAD);
        threadId = engine.call(nowNs -> Thread.currentThread().threadId()).join();
    }

    /** Who has joined. */
    private static final class Member implements JoinListener {
        private final CompletableFuture<String> id = new CompletableFuture<>();

        @Override
        public void joined(int segment, String participantId) {
            id.complete(participantId);
        }

        @Override
        public void refused(SfuException refusal) {
            id.completeExceptionally(refusal);
        }
    }

    private record Joined(ParticipantState participant, Answer answer) {}

    /** A room of so many members, all of them connected and subscribed to each other; returns their cameras. */
    List<Camera> addRoom(int members) throws IOException {
        RoomSegments room = engine.newRoom(event -> {});
        rooms++;
        List<BenchClient> joining = new ArrayList<>();
        List<Joined> joined = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            BenchClient client = new BenchClient(++clients, LoopbackSocket.receiver());
            joining.add(client);
            joined.add(join(room, client, members - 1));
        }
        engine.run(nowNs -> subscribe(joined, nowNs)).join();
        List<Camera> cameras = new ArrayList<>();
        for (BenchClient client : joining) {
            cameras.add(new Camera(client, engine.shard().port().port(), ciphers, System.nanoTime()));
        }
        return cameras;
    }

    private Joined join(RoomSegments room, BenchClient client, int slots) throws IOException {
        Member member = new Member();
        engine.run(nowNs -> room.room().join(JoinRequest.of("client-" + client.number()), member, nowNs))
                .join();
        String id = member.id.join();
        String sdp = MemberOffer.write(client.ice(), keys.fingerprintOf(client.number()), slots);
        Joined joined = engine.call(nowNs -> {
                    ParticipantState participant =
                            Objects.requireNonNull(room.first().state().participant(id));
                    return new Joined(participant, participant.answer(Offer.of(sdp), nowNs));
                })
                .join();
        client.connect(credentials(joined.answer()), engine.shard().port().port());
        return joined;
    }

    private static IceCredentials credentials(Answer answer) throws IOException {
        try {
            for (MediaSection section : SessionDescription.parse(answer.sdp()).sections()) {
                IceCredentials ice = section.transport().ice();
                if (ice != null) {
                    return ice;
                }
            }
        } catch (SdpException e) {
            throw new IOException("Parley's answer does not parse", e);
        }
        throw new IOException("Parley's answer has no ICE credentials");
    }

    private static void subscribe(List<Joined> members, long nowNs) {
        for (Joined subscriber : members) {
            int slot = 0;
            for (Joined publisher : members) {
                if (!publisher.equals(subscriber)) {
                    String track = publisher.answer().published().getFirst().id();
                    subscriber.participant().subscribe(MemberOffer.slot(slot++), track, SubscriptionHint.none(), nowNs);
                }
            }
        }
    }

    int rooms() {
        return rooms;
    }

    String io() {
        return engine.shard().port().layer();
    }

    SfuStats.Shard stats() {
        return engine.stats();
    }

    /** Media and RTCP packets sent so far. */
    long packetsOut() {
        return engine.media().packetsOut().value();
    }

    long packetsForwarded() {
        return engine.media().packetsForwarded().value();
    }

    /** CPU time of the shard's thread so far. */
    long cpuNs() {
        return THREADS.getThreadCpuTime(threadId);
    }

    long allocatedBytes() {
        return THREADS.getThreadAllocatedBytes(threadId);
    }

    void forgetDelays() {
        engine.forgetDelays();
    }

    @Override
    public void close() {
        engine.shard().close();
    }
}

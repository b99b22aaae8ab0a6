package dev.parley.sfu.shard;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.MemoryPort;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** Real shards on real threads, with ports in memory: what rooms on several of them do, apart from the network. */
final class MemoryShards implements AutoCloseable {
    private static final int MAX_PACKETS = 65_536;
    private static final int PAYLOAD_BYTES = 1_150;
    private static final long CONSENT_NS = TimeUnit.HOURS.toNanos(1);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = 50_000;

    private final SrtpCipherProvider ciphers;
    private final MemoryDtls dtls = new MemoryDtls();
    private final List<MemoryPort> ports = new ArrayList<>();
    private final List<ShardEngine> engines = new ArrayList<>();
    private final List<Room> rooms = new ArrayList<>();
    private final List<MemoryClient> clients = new CopyOnWriteArrayList<>();
    private final PacketPool clientPool = PacketPool.bounded(4);

    MemoryShards(int shards, int segmentThreshold, SrtpCipherProvider ciphers) throws IOException {
        this.ciphers = ciphers;
        EngineSettings settings = new EngineSettings(
                List.of("127.0.0.1"),
                List.of(),
                false,
                dtls,
                ciphers,
                SfuConfig.Limits.defaults(),
                segmentThreshold,
                CONSENT_NS,
                new SecureRandom());
        for (int index = 0; index < shards; index++) {
            MemoryPort port = new MemoryPort(index + 1, this::toClient);
            ports.add(port);
            engines.add(ShardEngine.start(
                    new ShardConfig(
                            index,
                            UdpPortConfig.of("nio", List.of("127.0.0.1"), 0, false),
                            0,
                            false,
                            MAX_PACKETS,
                            ShardConfig.DEFAULT_MAILBOX_CAPACITY),
                    settings,
                    port::open));
        }
        engines.forEach(engine -> engine.neighbours(engines));
    }

    ShardEngine engine(int index) {
        return engines.get(index);
    }

    private void toClient(PacketBuffer packet, TransportAddress remote) {
        clients.get(remote.port() - 1).onDatagram(packet);
    }

    /** A room of one publisher and viewers, whose first segment is on shard {@code index}. */
    Room room(int index) {
        Room room = new Room(index);
        rooms.add(room);
        return room;
    }

    final class Room {
        private final List<RoomEvent> events = new CopyOnWriteArrayList<>();
        private final RoomSegments segments;
        private final Member publisher;
        private final String trackId;
        private final List<Member> viewers = new ArrayList<>();
        private long sent;

        private Room(int index) {
            segments = engine(index).newRoom(events::add);
            publisher = join(true);
            trackId = publisher.answer().published().getFirst().id();
        }

        RoomSegments segments() {
            return segments;
        }

        List<RoomEvent> events() {
            return events;
        }

        Member publisher() {
            return publisher;
        }

        List<Member> viewers() {
            return viewers;
        }

        /** Viewers join and connect, and watch. */
        void addViewers(int count) {
            for (int i = 0; i < count; i++) {
                Member viewer = join(false);
                viewer.run(nowNs ->
                        viewer.participant().subscribe(MemoryClient.MID, trackId, SubscriptionHint.none(), nowNs));
                viewers.add(viewer);
            }
            viewers.forEach(this::awaitConnected);
            awaitConnected(publisher);
        }

        private void awaitConnected(Member member) {
            long endNs = System.nanoTime() + TIMEOUT_NS;
            while (member.call(nowNs -> member.participant().info().state()) != ConnectionState.CONNECTED) {
                if (System.nanoTime() > endNs) {
                    throw new AssertionError("a client has not connected");
                }
                LockSupport.parkNanos(LOOK_NS);
            }
        }

        private Member join(boolean publishes) {
            MemoryClient client = new MemoryClient(clients.size() + 1, publishes, ciphers);
            clients.add(client);
            CompletableFuture<RoomSegments.Segment> placed = new CompletableFuture<>();
            CompletableFuture<String> id = new CompletableFuture<>();
            JoinListener listener = new JoinListener() {
                @Override
                public void joined(int segment, String participantId) {
                    placed.complete(segments.segment(segment));
                    id.complete(participantId);
                }

                @Override
                public void refused(SfuException refusal) {
                    placed.completeExceptionally(refusal);
                    id.completeExceptionally(refusal);
                }
            };
            JoinRequest request = JoinRequest.of("client" + client.address().port());
            segments.first()
                    .engine()
                    .run(nowNs -> segments.room().join(request, listener, nowNs))
                    .join();
            RoomSegments.Segment segment = placed.join();
            String offer = client.offer(dtls.fingerprintOf(client.address().port()));
            Member member = segment.engine()
                    .call(nowNs -> {
                        ParticipantState participant =
                                Objects.requireNonNull(segment.state().participant(id.join()));
                        Answer answer = participant.answer(Offer.of(offer), nowNs);
                        return new Member(client, segment, participant, answer);
                    })
                    .join();
            // What is published here is known there when the room's shard has told.
            segments.first().engine().run(nowNs -> {}).join();
            MemoryPort port = ports.get(engines.indexOf(segment.engine()));
            port.arrive(client.check(credentials(member.answer())), client.address());
            port.arrive(MemoryDtls.hello(), client.address());
            port.wakeUp();
            return member;
        }

        /** Puts frames into the publisher's port; {@link #start} lets them be read. */
        void prepare(int frames) {
            MemoryPort port = ports.get(engines.indexOf(publisher.segment().engine()));
            for (int i = 0; i < frames; i++) {
                byte[] frame = publisher.client().frame(clientPool, PAYLOAD_BYTES);
                port.arrive(frame, publisher.client().address());
            }
            sent += frames;
        }

        void start() {
            ports.get(engines.indexOf(publisher.segment().engine())).wakeUp();
        }

        /** Waits until every viewer has every frame. */
        void await() {
            long endNs = System.nanoTime() + TIMEOUT_NS;
            for (Member viewer : viewers) {
                while (viewer.client().received() < sent) {
                    if (System.nanoTime() > endNs) {
                        throw new AssertionError(viewer.client().received() + " of " + sent
                                + " frames have reached a viewer; " + drops());
                    }
                    LockSupport.parkNanos(LOOK_NS);
                }
            }
        }

        /** CPU time of the threads of the room's segments. */
        long[] cpuNs() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long[] times = new long[segments.count()];
            for (int i = 0; i < times.length; i++) {
                ShardEngine engine = segments.segment(i).engine();
                times[i] =
                        engine.call(nowNs -> threads.getCurrentThreadCpuTime()).join();
            }
            return times;
        }

        long outOfOrder() {
            return viewers.stream()
                    .mapToLong(viewer -> viewer.client().outOfOrder())
                    .sum();
        }
    }

    /** One of a room; its participant belongs to the thread of its segment. */
    record Member(MemoryClient client, RoomSegments.Segment segment, ParticipantState participant, Answer answer) {
        void run(LongConsumer command) {
            segment.engine().run(command).join();
        }

        <T> T call(LongFunction<T> command) {
            return segment.engine().call(command).join();
        }
    }

    private String drops() {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (ShardEngine engine : engines) {
            engine.shard().drops().snapshot().forEach((reason, count) -> {
                if (count > 0) {
                    drops.merge(reason, count, Long::sum);
                }
            });
        }
        return "dropped " + drops;
    }

    private static IceCredentials credentials(Answer answer) {
        try {
            for (MediaSection section : SessionDescription.parse(answer.sdp()).sections()) {
                IceCredentials ice = section.transport().ice();
                if (ice != null) {
                    return ice;
                }
            }
        } catch (SdpException e) {
            throw new AssertionError("the answer does not parse", e);
        }
        throw new AssertionError("the answer has no ICE credentials");
    }

    @Override
    public void close() {
        for (Room room : rooms) {
            room.segments
                    .first()
                    .engine()
                    .run(nowNs -> room.segments.room().close(RoomEvent.LeaveReason.ROOM_CLOSED, nowNs))
                    .join();
        }
        // Whoever runs a command has taken the messages that came before it.
        engines.forEach(engine -> engine.run(nowNs -> {}).join());
        engines.forEach(engine -> engine.shard().close());
        clientPool.close();
    }
}

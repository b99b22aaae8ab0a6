package dev.parley.sfu.simulation;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.congestion.DownlinkEstimate;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerDirectory;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.PeerSettings;
import dev.parley.sfu.peer.PeerTransport;
import dev.parley.sfu.peer.ReplicaDirectory;
import dev.parley.sfu.peer.SendQueue;
import dev.parley.sfu.pipe.ShardPipes;
import dev.parley.sfu.room.RoomServices;
import dev.parley.sfu.room.SegmentMessage;
import dev.parley.sfu.room.SegmentState;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One shard of a {@link SimulatedSfu}, with its segment of the room: what {@code ShardEngine} is to real sockets and
 * threads. Like the real one it looks at a deadline again only when it was told that it has moved.
 */
final class SimulatedShard implements RoomServices {
    /** The server's clock reads about this many nanoseconds since 1970 more than the virtual one. */
    static final long EPOCH_OFFSET_NS = 1_800_000_000_000_000_000L;

    private static final int POOL_PACKETS = 8_192;
    private static final long CONSENT_TIMEOUT_NS = 15_000_000_000L;
    private static final int MAX_CALLS_AT_ONE_TIME = 1_000;

    private final SimulatedSfu sfu;
    private final VirtualClock clock;
    private final int index;
    private final PacketPool pool = PacketPool.bounded(POOL_PACKETS);
    private final PacketBuffer place = pool.window(PacketPool.PACKET_CAPACITY);
    private final DropCounters drops = new DropCounters();
    private final SendQueue sends;
    private final PeerDirectory directory = new PeerDirectory(drops);
    private final ShardPipes pipes = new ShardPipes(pool, drops, this::wakeUp);
    private final PeerSettings peerSettings;
    private final List<Binding> bindings = new ArrayList<>();
    private final Deadline roomDeadline = new Deadline(this::nextRoomDeadlineNs, this::onRoomDeadline);
    private @Nullable SegmentState segment;
    private @Nullable SimulatedLoop loop;
    private boolean woken;
    private long readingLagNs;

    SimulatedShard(SimulatedSfu sfu, int index) {
        this.sfu = sfu;
        this.clock = sfu.clock();
        this.index = index;
        this.sends = new SendQueue(pool, _ -> sfu.media().packetsForwarded().increment(), () -> {});
        this.peerSettings = new PeerSettings(
                List.of(),
                Fingerprint.of("sha-256", new byte[] {1}),
                sfu.dtls(),
                sfu.setup().ciphers(),
                pool,
                sends,
                directory,
                drops,
                sfu.media(),
                sfu.setup().limits(),
                CONSENT_TIMEOUT_NS,
                EPOCH_OFFSET_NS,
                sfu.setup().random());
    }

    PacketPool pool() {
        return pool;
    }

    PeerDirectory directory() {
        return directory;
    }

    ShardPipes pipes() {
        return pipes;
    }

    long dropped(DropReason reason) {
        return drops.value(reason);
    }

    int peerCount() {
        return bindings.size();
    }

    SegmentState segment() {
        return Objects.requireNonNull(segment, "the room has no segment here");
    }

    boolean hasSegment() {
        return segment != null;
    }

    void segment(SegmentState newSegment) {
        segment = newSegment;
    }

    /** From now on datagrams are taken as {@code newLoop} has it, not each at once. */
    void loop(SimulatedLoop newLoop) {
        loop = newLoop;
    }

    /** From now on datagrams wait so long before they are read, as on a shard with too much to do. */
    void readingLag(long ns) {
        readingLagNs = ns;
    }

    /** A datagram reaches the shard's port. */
    void receive(byte[] datagram, TransportAddress from) {
        if (loop == null && readingLagNs > 0) {
            clock.after(readingLagNs, () -> {
                take(datagram, from);
                turnEnd();
            });
        } else if (loop == null) {
            take(datagram, from);
            turnEnd();
        } else {
            loop.arrived(datagram, from);
        }
    }

    /** The shard reads a datagram. */
    void take(byte[] datagram, TransportAddress from) {
        PacketBuffer packet = pool.acquire();
        if (packet == null) {
            drops.count(DropReason.POOL_EMPTY);
            return;
        }
        packet.length(datagram.length);
        packet.putBytes(0, datagram, 0, datagram.length);
        packet.receivedNs(clock.nowNs());
        directory.onDatagram(packet, from, clock.nowNs());
        packet.release();
    }

    /** What a shard does when all packets and deadlines of a turn are done; here each of them is a turn. */
    void turnEnd() {
        pipes.publish();
        sends.drain();
        if (loop != null) {
            loop.flushed();
        }
    }

    /** What is known of the ways to its peers, in the order in which they came. */
    List<DownlinkEstimate> downlinks() {
        return bindings.stream().map(binding -> binding.peer.downlink()).toList();
    }

    /** Calls those peers whose time has come, and takes what other shards have sent. */
    void runDeadlines(long nowNs) {
        for (int i = 0; i < bindings.size(); i++) {
            Peer peer = bindings.get(i).peer;
            if (peer.nextDeadlineNs() <= nowNs) {
                peer.onDeadline(nowNs);
            }
        }
        pipes.receive(nowNs);
        turnEnd();
    }

    /** Another shard has something for this one, which it sees a little later. */
    private void wakeUp() {
        if (!woken && !sfu.isDetached()) {
            woken = true;
            clock.after(sfu.setup().hopNs(), this::take);
        }
    }

    private void take() {
        woken = false;
        pipes.receive(clock.nowNs());
        turnEnd();
        if (pipes.hasWork()) {
            wakeUp();
        }
    }

    void close() {
        pool.close();
    }

    // --- what a room asks of its shard ----------------------------------------------------------------------------

    @Override
    public Peer newPeer(PeerObserver observer) {
        return new Binding(observer).peer;
    }

    @Override
    public void deadlineMoved() {
        roomDeadline.update();
    }

    private long nextRoomDeadlineNs() {
        return index == 0 ? sfu.room().nextDeadlineNs() : segment().nextDeadlineNs();
    }

    private void onRoomDeadline(long nowNs) {
        if (index == 0) {
            sfu.room().onDeadline(nowNs);
        } else {
            segment().onDeadline(nowNs);
        }
    }

    @Override
    public void onEvent(RoomEvent event) {
        sfu.events().add(event);
    }

    @Override
    public RandomGenerator random() {
        return sfu.setup().random();
    }

    @Override
    public int openSegment() {
        return sfu.openSegment();
    }

    @Override
    public void sendToRoom(SegmentMessage.ToRoom message) {
        sfu.shard(0).pipes.post(() -> sfu.room().onMessage(index, message, clock.nowNs()));
    }

    @Override
    public void send(int to, SegmentMessage.ToSegment message) {
        sfu.shard(to).pipes.post(() -> sfu.shard(to).segment().onMessage(index, message, clock.nowNs()));
    }

    @Override
    public MediaPipe pipeTo(int to) {
        return pipes.to(sfu.shard(to).pipes);
    }

    @Override
    public ReplicaDirectory replicas() {
        return pipes.replicas();
    }

    @Override
    public void segmentClosed() {}

    /** Calls back when the clock reaches what {@code next} last told. */
    private final class Deadline {
        private final LongSupplier next;
        private final LongConsumer action;
        private long armedNs = Long.MAX_VALUE;
        private long lastNs = Long.MIN_VALUE;
        private int callsAtOneTime;
        private boolean removed;

        Deadline(LongSupplier next, LongConsumer action) {
            this.next = next;
            this.action = action;
        }

        void update() {
            long deadlineNs = next.getAsLong();
            if (removed || deadlineNs == armedNs) {
                return;
            }
            armedNs = deadlineNs;
            if (deadlineNs != Long.MAX_VALUE) {
                clock.at(deadlineNs, this::fire);
            }
        }

        private void fire() {
            long nowNs = clock.nowNs();
            if (removed || armedNs > nowNs) {
                return;
            }
            callsAtOneTime = nowNs == lastNs ? callsAtOneTime + 1 : 0;
            if (callsAtOneTime > MAX_CALLS_AT_ONE_TIME) {
                throw new AssertionError("a deadline never moves on from " + nowNs);
            }
            lastNs = nowNs;
            armedNs = Long.MAX_VALUE;
            action.accept(nowNs);
            turnEnd();
            update();
        }

        void remove() {
            removed = true;
        }
    }

    /** One peer's ties to the simulation. */
    private final class Binding implements PeerTransport {
        private final Peer peer;
        private final Deadline deadline;

        @SuppressWarnings("NullAway") // The peer calls back only after its constructor.
        Binding(PeerObserver observer) {
            peer = new Peer(peerSettings, this, observer);
            bindings.add(this);
            deadline = new Deadline(peer::nextDeadlineNs, peer::onDeadline);
        }

        @Override
        public PacketBuffer place(TransportAddress remote) {
            place.moveTo(0);
            return place;
        }

        @Override
        public void transmit(PacketBuffer packet, TransportAddress remote) {
            if (loop != null) {
                loop.sent(packet, remote);
            }
            sfu.transmit(packet, remote);
        }

        @Override
        public void verified(TransportAddress remote) {}

        @Override
        public void released(TransportAddress remote) {}

        @Override
        public long nowNs() {
            return clock.nowNs();
        }

        @Override
        public long readingLagNs() {
            return readingLagNs;
        }

        @Override
        public void deadlineMoved() {
            if (!sfu.isDetached()) {
                deadline.update();
            }
        }

        @Override
        public void secured(SrtpProfile profile) {}

        @Override
        public void closed() {
            deadline.remove();
            bindings.remove(this);
        }
    }
}

package dev.parley.sfu.simulation;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerDirectory;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.PeerSettings;
import dev.parley.sfu.peer.PeerTransport;
import dev.parley.sfu.peer.SendQueue;
import dev.parley.sfu.room.RoomServices;
import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * One shard with one room on a virtual clock: what {@code ShardEngine} is to real sockets, this is to
 * {@link SimulatedNetwork}. Like the real one it looks at a deadline again only when it was told that it has moved.
 */
public final class SimulatedSfu implements RoomServices, AutoCloseable {
    /** The server's clock reads about this many nanoseconds since 1970 more than the virtual one. */
    static final long EPOCH_OFFSET_NS = 1_800_000_000_000_000_000L;

    private static final int POOL_PACKETS = 8_192;
    private static final long CONSENT_TIMEOUT_NS = 15_000_000_000L;
    private static final int MAX_CALLS_AT_ONE_TIME = 1_000;

    /** What a scenario may set before its call. */
    record Setup(SfuConfig.Limits limits, SrtpCipherProvider ciphers, RandomGenerator random) {
        static Setup of(long seed) {
            return new Setup(SfuConfig.Limits.defaults(), new JdkSrtpCipherProvider(), new Random(seed));
        }

        Setup withLimits(SfuConfig.Limits newLimits) {
            return new Setup(newLimits, ciphers, random);
        }

        Setup withCiphers(SrtpCipherProvider newCiphers) {
            return new Setup(limits, newCiphers, random);
        }

        Setup withRandom(RandomGenerator newRandom) {
            return new Setup(limits, ciphers, newRandom);
        }
    }

    private final VirtualClock clock = new VirtualClock();
    private final SimulatedNetwork network;
    private final Setup setup;
    private final PacketPool pool = PacketPool.bounded(POOL_PACKETS);
    private final PacketPool clientPool = PacketPool.bounded(256);
    private final DropCounters drops = new DropCounters();
    private final MediaCounters media = new MediaCounters();
    private final SendQueue sends = new SendQueue();
    private final PeerDirectory directory = new PeerDirectory(drops);
    private final SimulatedDtls dtls;
    private final PeerSettings peerSettings;
    private final List<RoomEvent> events = new ArrayList<>();
    private final Map<TransportAddress, SimulatedNetwork.Link> downlinks = new HashMap<>();
    private final Deadline roomDeadline;
    private final RoomState room;
    private final List<Binding> bindings = new ArrayList<>();
    private boolean detached;
    private int clients;
    private long strayDatagrams;

    public SimulatedSfu(long seed) {
        this(seed, Setup.of(seed));
    }

    SimulatedSfu(long seed, Setup setup) {
        this.setup = setup;
        this.network = new SimulatedNetwork(clock, seed);
        this.dtls = new SimulatedDtls(clock, network.seed());
        this.peerSettings = new PeerSettings(
                List.of(),
                Fingerprint.of("sha-256", new byte[] {1}),
                dtls,
                setup.ciphers(),
                pool,
                sends,
                directory,
                drops,
                media,
                setup.limits(),
                CONSENT_TIMEOUT_NS,
                EPOCH_OFFSET_NS,
                setup.random());
        this.room = new RoomState(setup.limits(), this);
        this.roomDeadline = new Deadline(room::nextDeadlineNs, room::onDeadline);
        room.opened(clock.nowNs());
    }

    /** A client that is not in the room yet, on links without loss or delay. */
    public SimulatedClient client(String identity) {
        return new SimulatedClient(this, identity, ++clients);
    }

    public VirtualClock clock() {
        return clock;
    }

    public void runMs(long ms) {
        clock.advanceMs(ms);
    }

    SimulatedNetwork network() {
        return network;
    }

    SimulatedDtls dtls() {
        return dtls;
    }

    public RoomState room() {
        return room;
    }

    public PacketPool pool() {
        return pool;
    }

    /** What the clients make their packets in. */
    PacketPool clientPool() {
        return clientPool;
    }

    public PeerDirectory directory() {
        return directory;
    }

    public MediaCounters media() {
        return media;
    }

    SrtpCipherProvider ciphers() {
        return setup.ciphers();
    }

    public long dropped(DropReason reason) {
        return drops.value(reason);
    }

    /** Peers that have not been closed. */
    int peerCount() {
        return bindings.size();
    }

    /** Datagrams that the server has sent to where nobody is any more. */
    long strayDatagrams() {
        return strayDatagrams;
    }

    /** Everything that has happened in the room, in order. */
    public List<RoomEvent> events() {
        return events;
    }

    <E extends RoomEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What the server sends to {@code address} goes through {@code downlink} from now on. */
    void attach(TransportAddress address, SimulatedNetwork.Link downlink) {
        downlinks.put(address, downlink);
    }

    void detach(TransportAddress address) {
        downlinks.remove(address);
    }

    /** A datagram reaches the server. */
    public void receive(byte[] datagram, TransportAddress from) {
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
        turnEnd();
    }

    /** What a shard does when all packets and deadlines of a turn are done; here each of them is a turn. */
    void turnEnd() {
        sends.drain();
    }

    /** From now on time passes only by {@link #runDeadlines}, and what the server sends goes nowhere. */
    void detach() {
        detached = true;
    }

    /** Calls those peers whose time has come. */
    void runDeadlines(long nowNs) {
        for (int i = 0; i < bindings.size(); i++) {
            Peer peer = bindings.get(i).peer;
            if (peer.nextDeadlineNs() <= nowNs) {
                peer.onDeadline(nowNs);
            }
        }
        turnEnd();
    }

    // --- what a room asks of its shard ----------------------------------------------------------------------------

    @Override
    public Peer newPeer(PeerObserver observer) {
        return new Binding(observer).peer;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // There is one room.
    public void deadlineMoved(RoomState moved) {
        // Not yet made while the room is in its constructor.
        Objects.requireNonNull(roomDeadline).update();
    }

    @Override
    public void onEvent(RoomEvent event) {
        events.add(event);
    }

    @Override
    public RandomGenerator random() {
        return setup.random();
    }

    /** Ends the room, and fails if anybody still holds a packet. */
    @Override
    public void close() {
        room.close(RoomEvent.LeaveReason.SERVER_SHUTDOWN, clock.nowNs());
        clock.advanceMs(0);
        int held = pool.outstanding() + clientPool.outstanding();
        if (held != 0) {
            throw new AssertionError(held + " packets were never released");
        }
        if (!bindings.isEmpty() || directory.addressCount() != 0) {
            throw new AssertionError(
                    bindings.size() + " peers and " + directory.addressCount() + " addresses were left");
        }
        pool.close();
        clientPool.close();
    }

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
        public void transmit(PacketBuffer packet, TransportAddress remote) {
            if (detached) {
                return;
            }
            SimulatedNetwork.Link downlink = downlinks.get(remote);
            if (downlink == null) {
                strayDatagrams++;
            } else {
                downlink.send(packet);
            }
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
        public void deadlineMoved() {
            if (!detached) {
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

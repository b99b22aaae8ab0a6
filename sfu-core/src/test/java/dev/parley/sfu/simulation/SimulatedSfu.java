package dev.parley.sfu.simulation;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.peer.PeerDirectory;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.room.RoomServices;
import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.room.SegmentState;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One room on one shard or several, on a virtual clock and over a {@link SimulatedNetwork}; all on one thread. */
public final class SimulatedSfu implements AutoCloseable {
    /** The server's clock reads about this many nanoseconds since 1970 more than the virtual one. */
    static final long EPOCH_OFFSET_NS = SimulatedShard.EPOCH_OFFSET_NS;

    private static final int MAX_HOPS = 100;

    /** What a scenario may set before its call. */
    record Setup(
            SfuConfig.Limits limits,
            SrtpCipherProvider ciphers,
            RandomGenerator random,
            int shards,
            int segmentThreshold,
            long hopNs) {
        static Setup of(long seed) {
            return new Setup(
                    SfuConfig.Limits.defaults().followingEstimates(true),
                    new JdkSrtpCipherProvider(),
                    new Random(seed),
                    shardsByDefault,
                    shardsByDefault == 1 ? 0 : 1,
                    50_000);
        }

        Setup withLimits(SfuConfig.Limits newLimits) {
            return new Setup(newLimits, ciphers, random, shards, segmentThreshold, hopNs);
        }

        Setup withCiphers(SrtpCipherProvider newCiphers) {
            return new Setup(limits, newCiphers, random, shards, segmentThreshold, hopNs);
        }

        Setup withRandom(RandomGenerator newRandom) {
            return new Setup(limits, ciphers, newRandom, shards, segmentThreshold, hopNs);
        }

        /** So many shards, of which a further one is used when there are {@code threshold} participants on each. */
        Setup withShards(int newShards, int threshold) {
            return new Setup(limits, ciphers, random, newShards, threshold, hopNs);
        }

        /** What one shard has for another is seen there after so long. */
        Setup withHopNs(long newHopNs) {
            return new Setup(limits, ciphers, random, shards, segmentThreshold, newHopNs);
        }
    }

    /** What scenarios get that do not say; see {@link SegmentedScenarioTest}. */
    private static int shardsByDefault = 1;

    private final VirtualClock clock = new VirtualClock();
    private final SimulatedNetwork network;
    private final Setup setup;
    private final MediaCounters media = new MediaCounters();
    private final PacketPool clientPool = PacketPool.bounded(256);
    private final SimulatedDtls dtls;
    private final List<RoomEvent> events = new ArrayList<>();
    private final Map<TransportAddress, SimulatedNetwork.Link> downlinks = new HashMap<>();
    private final Map<TransportAddress, SimulatedShard> ports = new HashMap<>();
    private final List<SimulatedShard> shards = new ArrayList<>();
    private final RoomState room;
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
        for (int index = 0; index < setup.shards(); index++) {
            shards.add(new SimulatedShard(this, index));
        }
        this.room = new RoomState(setup.limits(), setup.segmentThreshold(), shard(0));
        shard(0).segment(room.firstSegment());
        room.opened(clock.nowNs());
    }

    Setup setup() {
        return setup;
    }

    SimulatedShard shard(int index) {
        return shards.get(index);
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
        settle();
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

    /** Rooms made from now on live on so many shards, with a participant on each before any gets a second. */
    static void shardsByDefault(int shards) {
        shardsByDefault = shards;
    }

    /** The pool of the first shard. */
    public PacketPool pool() {
        return shard(0).pool();
    }

    /** What the clients make their packets in. */
    PacketPool clientPool() {
        return clientPool;
    }

    /** The directory of the first shard. */
    public PeerDirectory directory() {
        return shard(0).directory();
    }

    /** What all shards count. */
    public MediaCounters media() {
        return media;
    }

    SrtpCipherProvider ciphers() {
        return setup.ciphers();
    }

    public long dropped(DropReason reason) {
        return shards.stream().mapToLong(shard -> shard.dropped(reason)).sum();
    }

    /** Packets that the server holds. */
    int packetsHeld() {
        return shards.stream().mapToInt(shard -> shard.pool().outstanding()).sum();
    }

    /** Addresses that lead to a peer. */
    int addressCount() {
        return shards.stream()
                .mapToInt(shard -> shard.directory().addressCount())
                .sum();
    }

    /** Peers that have not been closed. */
    int peerCount() {
        return shards.stream().mapToInt(SimulatedShard::peerCount).sum();
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

    // --- joining --------------------------------------------------------------------------------------------------

    /** One who has joined, and the shard that took it. */
    record Joined(ParticipantState participant, SimulatedShard shard) {}

    /** Joins the room; throws what it is refused with. */
    public ParticipantState join(JoinRequest request) {
        return enter(request).participant();
    }

    Joined enter(JoinRequest request) {
        Outcome outcome = new Outcome();
        room.join(request, outcome, clock.nowNs());
        for (int hop = 0; hop < MAX_HOPS && !outcome.done; hop++) {
            clock.advanceNs(setup.hopNs());
        }
        if (outcome.refusal != null) {
            throw outcome.refusal;
        }
        SimulatedShard shard = shard(outcome.segment);
        return new Joined(
                Objects.requireNonNull(
                        shard.segment().participant(Objects.requireNonNull(outcome.participantId, "no answer"))),
                shard);
    }

    /** Lets a request's consequences reach the other shards, as they have before a real one is answered. */
    void settle() {
        for (int hop = 0;
                hop < MAX_HOPS
                        && shards.stream().anyMatch(shard -> shard.pipes().hasWork());
                hop++) {
            clock.advanceNs(setup.hopNs());
        }
        turnEnd();
    }

    private static final class Outcome implements JoinListener {
        private boolean done;
        private int segment;
        private @Nullable String participantId;
        private @Nullable SfuException refusal;

        @Override
        public void joined(int newSegment, String newParticipantId) {
            done = true;
            segment = newSegment;
            participantId = newParticipantId;
        }

        @Override
        public void refused(SfuException newRefusal) {
            done = true;
            refusal = newRefusal;
        }
    }

    /** The next shard takes a part of the room. */
    int openSegment() {
        for (int index = 1; index < shards.size(); index++) {
            if (!shard(index).hasSegment()) {
                shard(index).segment(new SegmentState(index, shard(index)));
                return index;
            }
        }
        return RoomServices.NO_SEGMENT;
    }

    // --- datagrams ------------------------------------------------------------------------------------------------

    /** What the server sends to {@code address} goes through {@code downlink} from now on. */
    void attach(TransportAddress address, SimulatedNetwork.Link downlink) {
        downlinks.put(address, downlink);
    }

    void detach(TransportAddress address) {
        downlinks.remove(address);
    }

    /** What comes from {@code address} is sent to the port of {@code shard}; by default to the first one's. */
    void port(TransportAddress address, SimulatedShard shard) {
        ports.put(address, shard);
    }

    /** A datagram reaches the server. */
    public void receive(byte[] datagram, TransportAddress from) {
        ports.getOrDefault(from, shard(0)).receive(datagram, from);
    }

    void transmit(PacketBuffer packet, TransportAddress remote) {
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

    /** What shards do when all packets and deadlines of a turn are done. */
    void turnEnd() {
        shards.forEach(SimulatedShard::turnEnd);
    }

    /** From now on time passes only by {@link #runDeadlines}, and what the server sends goes nowhere. */
    void detach() {
        detached = true;
    }

    boolean isDetached() {
        return detached;
    }

    /** Calls those peers whose time has come. */
    void runDeadlines(long nowNs) {
        for (int i = 0; i < shards.size(); i++) {
            shards.get(i).runDeadlines(nowNs);
        }
    }

    /** Ends the room, and fails if anybody still holds a packet. */
    @Override
    public void close() {
        detached = false;
        room.close(RoomEvent.LeaveReason.SERVER_SHUTDOWN, clock.nowNs());
        clock.advanceNs(MAX_HOPS * setup.hopNs());
        turnEnd();
        int held = packetsHeld() + clientPool.outstanding();
        if (held != 0) {
            throw new AssertionError(held + " packets were never released");
        }
        if (peerCount() != 0 || addressCount() != 0) {
            throw new AssertionError(peerCount() + " peers and " + addressCount() + " addresses were left");
        }
        shards.forEach(SimulatedShard::close);
        clientPool.close();
    }
}

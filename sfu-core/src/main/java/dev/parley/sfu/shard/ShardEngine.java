package dev.parley.sfu.shard;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.ice.IceCandidate;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.HostAddresses;
import dev.parley.sfu.io.UdpPort;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerDirectory;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.PeerSettings;
import dev.parley.sfu.peer.PeerTransport;
import dev.parley.sfu.peer.SendQueue;
import dev.parley.sfu.pipe.ShardPipes;
import dev.parley.sfu.stats.Counter;
import dev.parley.sfu.stats.MediaCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rooms and peers of one shard: gives datagrams to peers, deadlines to whoever asked for them, and lets other
 * threads in by commands. Everything but {@link #call}, {@link #run}, {@link #newRoom}, {@link #tell} and the counters belongs to the
 * shard's thread.
 */
public final class ShardEngine implements ShardHandler {
    private static final long MAILBOX_RETRY_NS = 1_000_000;
    private static final int MAILBOX_RETRIES = 1_000;

    private final Shard shard;
    private final EngineSettings settings;
    private final PeerDirectory directory;
    private final PeerSettings peerSettings;
    private final MediaCounters media = new MediaCounters();
    private final SendQueue sends;
    private final ForwardingDelay delay = new ForwardingDelay();
    private final AtomicInteger rooms = new AtomicInteger();
    private final RoomsPlaced placed = new RoomsPlaced();
    private final AtomicInteger participants = new AtomicInteger();
    private final AtomicInteger segments = new AtomicInteger();
    private final ShardPipes pipes;
    private volatile List<ShardEngine> neighbours = List.of();
    private final Counter[] securedPeers = new Counter[SrtpProfile.values().length];

    private ShardEngine(Shard shard, EngineSettings settings) {
        this.shard = shard;
        this.settings = settings;
        this.sends = new SendQueue(shard.pool(), this::forwarded, this::sendShare);
        this.directory = new PeerDirectory(shard.drops());
        this.pipes = new ShardPipes(shard.pool(), shard.drops(), shard::wakeUp);
        for (int i = 0; i < securedPeers.length; i++) {
            securedPeers[i] = new Counter();
        }
        long epochOffsetNs = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        this.peerSettings = new PeerSettings(
                candidates(shard, settings),
                settings.dtls().fingerprint(),
                settings.dtls().dispatchingTo(this::post),
                settings.ciphers(),
                shard.pool(),
                sends,
                directory,
                shard.drops(),
                media,
                settings.limits(),
                settings.consentTimeoutNs(),
                epochOffsetNs,
                settings.random());
    }

    /**
     * Starts a shard and its engine.
     *
     * @throws IOException if the port cannot be bound
     */
    public static ShardEngine start(ShardConfig config, EngineSettings settings) throws IOException {
        return start(config, settings, UdpPort::open);
    }

    /**
     * As {@link #start(ShardConfig, EngineSettings)}, with a port of the caller's, such as one that measures.
     *
     * @throws IOException if the port cannot be bound
     */
    public static ShardEngine start(ShardConfig config, EngineSettings settings, UdpPort.Opener opener)
            throws IOException {
        AtomicReference<@Nullable ShardEngine> engine = new AtomicReference<>();
        Shard shard = Shard.start(config, opener, started -> {
            ShardEngine created = new ShardEngine(started, settings);
            engine.set(created);
            return created;
        });
        ShardEngine started = engine.get();
        if (started == null) {
            throw new IllegalStateException("shard " + shard.index() + " has started without its engine");
        }
        return started;
    }

    private static List<IceCandidate> candidates(Shard shard, EngineSettings settings) {
        try {
            List<IceCandidate> candidates = new ArrayList<>();
            List<TransportAddress> addresses = HostAddresses.candidates(
                    settings.bindAddresses(),
                    settings.announcedAddresses(),
                    shard.port().port(),
                    settings.tcpEnabled());
            for (TransportAddress address : addresses) {
                candidates.add(IceCandidate.host(address, candidates.size()));
            }
            return candidates;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read this machine's addresses", e);
        }
    }

    public Shard shard() {
        return shard;
    }

    public MediaCounters media() {
        return media;
    }

    public int roomCount() {
        return rooms.get();
    }

    public int participantCount() {
        return participants.get();
    }

    /** What the next room's place is chosen by. Any thread. */
    public ShardLoad load() {
        return new ShardLoad(shard.busyShare(), placed.unmeasured(), participantCount(), roomCount());
    }

    /** Its counters as they are now. Any thread. */
    public SfuStats.Shard stats() {
        long nowNs = System.nanoTime();
        return new SfuStats.Shard(
                shard.index(),
                shard.port().port(),
                roomCount(),
                participantCount(),
                ShardReport.traffic(shard.port().counters()),
                ShardReport.loop(shard),
                new SfuStats.Pool((int) shard.counters().packetsHeld().value(), shard.maxPackets()),
                pipeStats(),
                delay.delays(nowNs),
                delay.gatherWaits(nowNs));
    }

    /** Lets the quantiles of delays begin anew, for a benchmark that has warmed up. Any thread. */
    public void forgetDelays() {
        delay.forget();
    }

    /** Peers whose handshake has ended with this profile, since the start. */
    public long securedPeers(SrtpProfile profile) {
        return securedPeers[profile.ordinal()].value();
    }

    /** A new room whose events go to {@code events} on the shard's thread. Any thread. */
    public RoomSegments newRoom(Consumer<RoomEvent> events) {
        rooms.incrementAndGet();
        placed.add();
        RoomSegments room = SegmentBinding.room(this, events);
        if (!shard.execute(() -> room.room().opened(shard.nowNs()))) {
            rooms.decrementAndGet();
            throw refusal();
        }
        return room;
    }

    void roomEnded() {
        rooms.decrementAndGet();
    }

    Peer newPeer(PeerObserver observer) {
        return new PeerBinding(observer).peer;
    }

    // --- rooms on several shards ----------------------------------------------------------------------------------

    /** The shards that rooms of this one may grow to; this one may be among them. Before the first join. */
    public void neighbours(List<ShardEngine> engines) {
        neighbours = List.copyOf(engines);
    }

    /** The least loaded shard that the room is not on yet, or {@code null}. */
    @Nullable
    ShardEngine leastLoadedOther(RoomSegments room) {
        return neighbours.stream()
                .filter(engine -> !room.isOn(engine))
                .min(Comparator.comparing(ShardEngine::load, ShardLoad.ASCENDING))
                .orElse(null);
    }

    private SfuStats.Pipes pipeStats() {
        return new SfuStats.Pipes(
                segments.get(),
                pipes.counters().packets().value(),
                pipes.counters().bytes().value(),
                pipes.counters().messages().value());
    }

    void segmentOpened() {
        segments.incrementAndGet();
        placed.add();
    }

    void segmentEnded() {
        segments.decrementAndGet();
    }

    /** Runs {@code command} on the shard's thread with its clock, in the order of calls. Never refused. Any thread. */
    public void tell(LongConsumer command) {
        pipes.post(() -> command.accept(shard.nowNs()));
    }

    ShardPipes pipes() {
        return pipes;
    }

    EngineSettings settings() {
        return settings;
    }

    /** Runs {@code command} on the shard's thread with its clock; a full mailbox fails the future. Any thread. */
    public <T> CompletableFuture<T> call(LongFunction<T> command) {
        CompletableFuture<T> result = new CompletableFuture<>();
        // From the shard's own thread too: a listener's call must not change what is being told to it.
        if (!shard.execute(() -> complete(result, command))) {
            result.completeExceptionally(refusal());
        }
        return result;
    }

    private SfuException refusal() {
        return shard.isStopping()
                ? new SfuException(SfuException.Code.CLOSED, "the server has been closed")
                : new SfuException(SfuException.Code.OVERLOADED, "the server is overloaded; try again");
    }

    /** Like {@link #call} for what has no result. */
    @SuppressWarnings("NullAway") // Void has no value but null.
    public CompletableFuture<Void> run(LongConsumer command) {
        return call(nowNs -> {
            command.accept(nowNs);
            return null;
        });
    }

    /** Called by the threads of handshakes, which may wait for room in the mailbox where a shard must not. */
    private void post(Runnable command) {
        for (int attempt = 0; attempt < MAILBOX_RETRIES; attempt++) {
            if (shard.execute(command) || shard.isStopping()) {
                return; // A shard that ends has closed its peers, so nobody waits for the command.
            }
            LockSupport.parkNanos(MAILBOX_RETRY_NS);
        }
        throw new IllegalStateException("shard " + shard.index() + " takes no commands");
    }

    // A future carries whatever went wrong to its caller: that is what it is for.
    @SuppressWarnings("IllegalCatch")
    private <T> void complete(CompletableFuture<T> result, LongFunction<T> command) {
        // Whoever calls may have been told by an event of what another segment has posted here before.
        pipes.runCommands();
        try {
            result.complete(command.apply(shard.nowNs()));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    @Override
    public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
        directory.onDatagram(packet, remote, nowNs);
    }

    private void forwarded(long receivedNs) {
        media.packetsForwarded().increment();
        delay.forwarded(receivedNs);
    }

    private void sendShare() {
        shard.port().flush();
        delay.left(System.nanoTime());
    }

    @Override
    public void onTcpClosed(TransportAddress remote) {
        directory.onTransportClosed(remote);
    }

    @Override
    public boolean hasWork() {
        return pipes.hasWork();
    }

    @Override
    public void turnBegin(long nowNs) {
        pipes.receive(nowNs);
    }

    @Override
    public void turnEnd(long nowNs) {
        // First, so that the other shards encrypt while this one does.
        pipes.publish();
        sends.drain();
    }

    @Override
    public void stopped() {
        pipes.close();
    }

    @Override
    public void flushed(long nowNs, long readNs, long gatheredNs) {
        delay.flushed(nowNs, readNs, gatheredNs);
        placed.measured(shard.busyIntervals());
    }

    /** One peer's ties to the shard: its socket and its place among the deadlines. */
    private final class PeerBinding implements PeerTransport, Timed {
        private final Peer peer;
        private final DeadlineHeap.Handle deadline;

        @SuppressWarnings("NullAway") // The peer calls back only after its constructor.
        PeerBinding(PeerObserver observer) {
            this.peer = new Peer(peerSettings, this, observer);
            this.deadline = shard.deadlines().add(this);
            participants.incrementAndGet();
        }

        @Override
        public PacketBuffer place(TransportAddress remote) {
            return shard.port().place(remote);
        }

        @Override
        public void transmit(PacketBuffer packet, TransportAddress remote) {
            shard.port().send(packet, remote);
        }

        @Override
        public @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
            return shard.port().placeRun(remote, datagrams, bytes);
        }

        @Override
        public void transmitPlaced(int datagrams) {
            shard.port().sendPlaced(datagrams);
        }

        @Override
        public void verified(TransportAddress remote) {
            if (remote.transport() == TransportAddress.Transport.TCP) {
                shard.port().keep(remote);
            }
        }

        @Override
        public void released(TransportAddress remote) {
            if (remote.transport() == TransportAddress.Transport.TCP) {
                shard.port().closeTcp(remote);
            }
        }

        @Override
        public long nowNs() {
            return shard.nowNs();
        }

        @Override
        public long readingLagNs() {
            return shard.readingLagNs();
        }

        @Override
        public void deadlineMoved() {
            deadline.update();
        }

        @Override
        public void secured(SrtpProfile profile) {
            securedPeers[profile.ordinal()].increment();
        }

        @Override
        public void closed() {
            deadline.remove();
            participants.decrementAndGet();
        }

        @Override
        public long nextDeadlineNs() {
            return peer.nextDeadlineNs();
        }

        @Override
        public void onDeadline(long nowNs) {
            peer.onDeadline(nowNs);
        }
    }
}

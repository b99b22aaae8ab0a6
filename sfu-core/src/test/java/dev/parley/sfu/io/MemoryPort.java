package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A port without sockets: any thread puts datagrams in, and what the shard sends goes to a sink on its own thread. */
public final class MemoryPort implements UdpPort {
    private static final int BATCH = 64;

    /** Where packets go that the shard sends. */
    public interface Sink {
        void onDatagram(PacketBuffer packet, TransportAddress remote);
    }

    private static final class Datagram {
        private final byte[] bytes;
        private final TransportAddress remote;

        Datagram(byte[] bytes, TransportAddress remote) {
            this.bytes = bytes;
            this.remote = remote;
        }
    }

    private final int number;
    private final Sink sink;
    private final PortCounters counters = new PortCounters();
    private final Queue<Datagram> arrived = new ConcurrentLinkedQueue<>();
    private @Nullable PacketPool pool;
    private @Nullable PacketBuffer place;
    private @Nullable DropCounters drops;
    private @Nullable DatagramHandler handler;
    private volatile @Nullable Thread thread;
    private volatile boolean woken;

    public MemoryPort(int number, Sink sink) {
        this.number = number;
        this.sink = sink;
    }

    /** Opens this port, on the shard's thread. */
    public UdpPort open(
            UdpPortConfig config, PacketPool shardPool, DropCounters shardDrops, DatagramHandler shardHandler) {
        pool = shardPool;
        place = shardPool.window(PacketPool.PACKET_CAPACITY);
        drops = shardDrops;
        handler = shardHandler;
        thread = Thread.currentThread();
        return this;
    }

    /** A datagram arrives, without the shard being woken: see {@link #wakeUp()}. Any thread. */
    public void arrive(byte[] datagram, TransportAddress from) {
        arrived.add(new Datagram(datagram, from));
    }

    @Override
    public void poll(long maxWaitNs, long gatherNs) {
        if (arrived.isEmpty() && !woken && maxWaitNs > 0) {
            LockSupport.parkNanos(maxWaitNs);
        }
        woken = false;
        long nowNs = System.nanoTime();
        for (int i = 0; i < BATCH; i++) {
            Datagram datagram = arrived.poll();
            if (datagram == null) {
                return;
            }
            deliver(datagram, nowNs);
        }
    }

    private void deliver(Datagram datagram, long nowNs) {
        PacketBuffer packet = Objects.requireNonNull(pool).acquire();
        if (packet == null) {
            Objects.requireNonNull(drops).count(DropReason.POOL_EMPTY);
            return;
        }
        packet.length(datagram.bytes.length);
        packet.putBytes(0, datagram.bytes, 0, datagram.bytes.length);
        packet.receivedNs(nowNs);
        counters.packetsIn().increment();
        Objects.requireNonNull(handler).onDatagram(packet, datagram.remote, nowNs);
        packet.release();
    }

    @Override
    public PacketBuffer place(TransportAddress remote) {
        PacketBuffer window = Objects.requireNonNull(place);
        window.moveTo(0);
        return window;
    }

    @Override
    public boolean send(PacketBuffer packet, TransportAddress remote) {
        sink.onDatagram(packet, remote);
        counters.packetsOut().increment();
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public void wakeUp() {
        woken = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void keep(TransportAddress remote) {}

    @Override
    public void closeTcp(TransportAddress remote) {}

    @Override
    public int port() {
        return number;
    }

    @Override
    public List<TransportAddress> localAddresses() {
        return List.of();
    }

    @Override
    public String layer() {
        return "memory";
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public void close() {}
}

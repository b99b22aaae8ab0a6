package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The ICE-TCP connections of a port (RFC 6544, passive candidates only), and the limits that keep strangers from
 * piling them up. Owned by the port's thread.
 */
final class TcpConnections {
    private static final long MAX_SWEEP_INTERVAL_NS = 1_000_000_000;

    private final TcpLimits limits;
    private final PacketPool pool;
    private final DropCounters drops;
    private final PortCounters counters;
    private final PacketDelivery delivery;
    private final long sweepIntervalNs;
    private final Map<TransportAddress, TcpConnection> byRemote = new HashMap<>();
    private final Map<Long, Integer> connectionsBySource = new HashMap<>();
    private final List<TcpConnection> unflushed = new ArrayList<>();
    private final Queue<TransportAddress> untold = new ArrayDeque<>();
    private long nextSweepNs;

    TcpConnections(
            TcpLimits limits, PacketPool pool, DropCounters drops, PortCounters counters, PacketDelivery delivery) {
        this.limits = limits;
        this.pool = pool;
        this.drops = drops;
        this.counters = counters;
        this.delivery = delivery;
        long shortestNs = Math.min(
                limits.firstFrame().toNanos(),
                Math.min(limits.unverified().toNanos(), limits.stuck().toNanos()));
        this.sweepIntervalNs = Math.clamp(shortestNs / 4, 1, MAX_SWEEP_INTERVAL_NS);
    }

    /** Looks at a new connection's channel. */
    interface Accepted {
        void accepted(SocketChannel channel) throws IOException;
    }

    /** What a listening socket gives each channel it accepts. */
    ChannelInitializer<SocketChannel> initializer(Accepted accepted) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) throws IOException {
                accepted.accepted(channel);
                accept(channel);
            }
        };
    }

    PacketDelivery delivery() {
        return delivery;
    }

    DropCounters drops() {
        return drops;
    }

    boolean send(PacketBuffer packet, TransportAddress remote) {
        TcpConnection connection = byRemote.get(remote);
        if (connection == null) {
            drops.count(DropReason.SEND_FAILED);
            return false;
        }
        boolean first = !connection.isUnflushed();
        if (!connection.send(packet)) {
            drops.count(DropReason.TCP_BACKPRESSURE);
            return false;
        }
        if (first) {
            unflushed.add(connection);
        }
        return true;
    }

    void flush() {
        if (!unflushed.isEmpty()) {
            for (TcpConnection connection : unflushed) {
                connection.flush();
            }
            unflushed.clear();
        }
    }

    void keep(TransportAddress remote) {
        TcpConnection connection = byRemote.get(remote);
        if (connection != null) {
            connection.keep();
        }
    }

    void close(TransportAddress remote) {
        TcpConnection connection = byRemote.get(remote);
        if (connection != null) {
            connection.flush(); // A last STUN answer or close_notify may be on its way.
            remove(connection);
        }
    }

    /** Ends a connection that the handler did not ask to end, and has it told of that by {@link #endPoll()}. */
    void closeAndTell(TcpConnection connection) {
        remove(connection);
        if (connection.deliveredFirst()) {
            untold.add(connection.remote());
        }
    }

    /**
     * Tells the handler what has ended. A failing write shows inside of {@link #send} or {@link #flush}, where a call
     * back would meet the handler half-way through something else.
     */
    private void tellClosed() {
        for (TransportAddress remote = untold.poll(); remote != null; remote = untold.poll()) {
            delivery.tcpClosed(remote);
        }
    }

    /**
     * Closes what is over its time and tells the handler what has ended: to be called at the end of each poll.
     *
     * @return whether something was closed
     */
    boolean endPoll() {
        boolean closed = !byRemote.isEmpty() && sweep(System.nanoTime());
        tellClosed();
        return closed;
    }

    void closeAll() {
        List.copyOf(byRemote.values()).forEach(this::remove);
    }

    /** How long a poll may wait without missing a time limit. */
    long limitWaitNs(long maxWaitNs, long nowNs) {
        return byRemote.isEmpty() ? maxWaitNs : Math.min(maxWaitNs, Math.max(nextSweepNs - nowNs, 1));
    }

    /** Closes what is over its time, now and then. */
    private boolean sweep(long nowNs) {
        if (nowNs < nextSweepNs) {
            return false;
        }
        nextSweepNs = nowNs + sweepIntervalNs;
        int before = byRemote.size();
        for (TcpConnection connection : List.copyOf(byRemote.values())) {
            if (connection.isOverdue(nowNs, limits) && byRemote.get(connection.remote()) == connection) {
                closeAndTell(connection);
            }
        }
        return byRemote.size() < before;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for a refused channel to be closed.
    private void accept(SocketChannel channel) {
        InetSocketAddress from = channel.remoteAddress();
        if (from == null) {
            channel.close(); // Gone before it was accepted.
            return;
        }
        TransportAddress remote =
                TransportAddress.of(Transport.TCP, from.getAddress().getAddress(), from.getPort());
        int fromSource = connectionsBySource.getOrDefault(source(remote), 0);
        if (byRemote.size() >= limits.connections()
                || fromSource >= limits.connectionsPerSource()
                || byRemote.containsKey(remote)
                || untold.contains(remote)) {
            counters.tcpRefused().increment();
            channel.close();
            return;
        }
        counters.tcpAccepted().increment();
        TcpConnection connection =
                new TcpConnection(this, channel, remote, new Rfc4571Deframer(pool, drops), System.nanoTime());
        byRemote.put(remote, connection);
        connectionsBySource.put(source(remote), fromSource + 1);
        channel.pipeline().addLast(connection);
    }

    private void remove(TcpConnection connection) {
        byRemote.remove(connection.remote());
        connectionsBySource.computeIfPresent(
                source(connection.remote()), (source, count) -> count == 1 ? null : count - 1);
        counters.tcpClosed().increment();
        connection.end();
    }

    /** One IPv4 address, or the /64 that one IPv6 host usually has to itself. */
    private static Long source(TransportAddress remote) {
        return remote.isIpv4() ? remote.low() : remote.high();
    }
}

package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * ICE-TCP in the foreign layer: Netty's sockets and loop as guests of a poll that waits elsewhere. Owned by the port's
 * thread.
 *
 * <p>Each of Netty's descriptors is also in an epoll set of ours, edge-triggered, which the port waits for; when there
 * is an edge, the loop is run without waiting until it says that nothing is left. Whatever comes after that is a new
 * edge. Without Netty's own epoll its descriptors are unknown, and it is asked every few milliseconds.
 */
final class TcpGuest {
    private static final int EVENTS = LinuxAbi.EPOLLIN | LinuxAbi.EPOLLOUT | LinuxAbi.EPOLLRDHUP | LinuxAbi.EPOLLET;
    private static final int EVENTS_AT_ONCE = 64;
    private static final long BLIND_INTERVAL_NS = 5_000_000;

    private final NettyTransport transport = Epoll.isAvailable() ? NettyTransport.EPOLL : NettyTransport.NIO;
    private final NettyLoop loop = new NettyLoop(transport);
    private final UdpPortConfig config;
    private final TcpConnections connections;
    private final LinuxCalls calls;
    private final long events;
    private final int edges;
    private TcpListeners listeners = TcpListeners.none();
    /** Whether the loop may have something to do. */
    private boolean busy = true;

    TcpGuest(UdpPortConfig config, TcpConnections connections, LinuxCalls calls, Arena arena) throws IOException {
        this.config = config;
        this.connections = connections;
        this.calls = calls;
        this.events = arena.allocate((long) EVENTS_AT_ONCE * LinuxAbi.EPOLL_EVENT_BYTES, 8)
                .address();
        this.edges = calls.newEpoll();
        if (edges < 0) {
            loop.end();
            throw new IOException("cannot open an epoll descriptor: errno " + -edges);
        }
    }

    /** What becomes readable when there is something to do. */
    int descriptor() {
        return edges;
    }

    /** Binds the listeners, or none. */
    void bind(BindPlan plan, int port) throws IOException {
        ChannelInitializer<SocketChannel> accepted = connections.initializer(this::watch);
        listeners = TcpListeners.bind(new NettyBinder(transport, loop, config), plan, port, accepted);
    }

    void startReading() throws IOException {
        for (Channel listener : listeners.channels()) {
            watch(listener);
        }
        listeners.startReading();
    }

    private void watch(Channel channel) throws IOException {
        if (channel instanceof UnixChannel known) {
            // Until the descriptor is closed.
            int status = calls.addToEpoll(edges, known.fd().intValue(), EVENTS);
            if (status < 0) {
                throw new IOException("epoll_ctl fails with errno " + -status);
            }
        }
    }

    /** How long the port may wait. */
    long waitNs(long maxWaitNs, long nowNs) {
        if (busy) {
            return 0;
        }
        long waitNs = connections.limitWaitNs(maxWaitNs, nowNs);
        return transport == NettyTransport.EPOLL ? waitNs : Math.min(waitNs, BLIND_INTERVAL_NS);
    }

    /** There are edges. */
    void ready() {
        calls.takeEvents(edges, events, EVENTS_AT_ONCE); // Which they are is for Netty to find out.
        busy = true;
    }

    /** Something was done to a connection, so that the loop may have work. */
    void touched() {
        busy = true;
    }

    /** Handles what there is, without waiting. */
    void run() {
        if (busy || transport != NettyTransport.EPOLL) {
            busy = loop.runNow() > 0;
        }
    }

    /** To be called when nothing is half-done any more, as this calls the handler. */
    void endPoll() {
        if (connections.endPoll()) {
            busy = true;
        }
    }

    boolean send(PacketBuffer packet, TransportAddress remote) {
        touched();
        return connections.send(packet, remote);
    }

    List<TransportAddress> addresses() {
        return listeners.addresses();
    }

    void close() {
        connections.closeAll();
        listeners.close();
        loop.end();
        calls.close(edges);
    }
}

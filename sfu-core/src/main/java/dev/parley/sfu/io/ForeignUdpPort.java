package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A port that calls Linux directly: one unconnected UDP socket for each bound address, read and written in batches
 * without copies or garbage, and ICE-TCP on Netty as a guest of its poll.
 */
final class ForeignUdpPort implements UdpPort {
    private final UdpPortConfig config;
    private final BindPlan plan;
    private final PacketPool pool;
    private final DropCounters drops;
    private final PortCounters counters = new PortCounters();
    private final PacketDelivery delivery;
    private final AddressCache<ForeignRoute> routes =
            new AddressCache<>(ThreadLocalRandom.current().nextLong());
    private final Arena arena;
    private final LinuxCalls linux;
    private final DatagramCalls calls;
    private final Waiter waiter;
    private final ForeignReceiver receiver;
    private final TcpConnections connections;
    private final @Nullable TcpGuest tcp;
    private List<ForeignSocket> sockets = List.of();
    private ForeignSender[] senders = {};
    /** The number of each socket in the waiter. */
    private int[] watches = {};

    private int tcpWatch;
    /** Where the last datagram went, until the next flush. */
    private @Nullable TransportAddress lastRemote;

    private @Nullable ForeignRoute lastRoute;
    private @Nullable ForeignSender lastSender;
    private int port;

    private ForeignUdpPort(
            UdpPortConfig config,
            PacketPool pool,
            DropCounters drops,
            DatagramHandler handler,
            UnaryOperator<DatagramCalls> around,
            Arena arena)
            throws IOException {
        this.config = config;
        this.arena = arena;
        this.linux = new LinuxCalls(arena);
        this.plan = BindPlan.of(config.bindAddresses(), true);
        this.pool = pool;
        this.drops = drops;
        this.delivery = new PacketDelivery(pool, drops, counters, handler);
        this.calls = around.apply(linux);
        KernelClock clock = new KernelClock(linux::realtimeNs, System::nanoTime);
        this.receiver = new ForeignReceiver(calls, routes, delivery, drops, counters, clock, pool, arena);
        this.connections = new TcpConnections(config.tcpLimits(), pool, drops, counters, delivery);
        this.waiter = new Waiter(linux, plan.sockets().size() + 1, arena);
        this.tcp = config.tcpEnabled() ? guest() : null;
    }

    private TcpGuest guest() throws IOException {
        try {
            return new TcpGuest(config, connections, linux, arena);
        } catch (IOException | RuntimeException e) {
            waiter.close();
            throw e;
        }
    }

    static UdpPort open(
            IoLayer.Choice choice, UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
            throws IOException {
        ForeignUdpPort port = open(config, pool, drops, handler, UnaryOperator.identity());
        choice.log(port.port());
        return port;
    }

    /** With something between the port and the kernel. */
    static ForeignUdpPort open(
            UdpPortConfig config,
            PacketPool pool,
            DropCounters drops,
            DatagramHandler handler,
            UnaryOperator<DatagramCalls> around)
            throws IOException {
        Arena arena = Arena.ofConfined();
        ForeignUdpPort port;
        try {
            port = new ForeignUdpPort(config, pool, drops, handler, around, arena);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        try {
            port.port = PortNumber.bind(config, port::bind);
            port.start();
        } catch (IOException | RuntimeException | Error e) {
            port.close();
            throw e;
        }
        return port;
    }

    // --- opening ---------------------------------------------------------------------------------------------------

    private int bind(int wanted) throws IOException {
        List<ForeignSocket> bound = new ArrayList<>();
        try {
            int number = wanted;
            for (BindPlan.Bind bind : plan.sockets()) {
                ForeignSocket socket =
                        ForeignSocket.open(linux, bind, bound.size(), number, config.socketBufferBytes());
                bound.add(socket);
                number = socket.port();
            }
            if (tcp != null) {
                tcp.bind(plan, number);
            }
            sockets = List.copyOf(bound);
            return number;
        } catch (IOException | RuntimeException e) {
            bound.forEach(ForeignSocket::close);
            throw e;
        }
    }

    private void start() throws IOException {
        ForeignSocket first = sockets.getFirst();
        SocketBuffers.check(config.socketBufferBytes(), first.receiveBufferBytes(), first.sendBufferBytes());
        int maxQueued = pool.maxPackets() / 2; // What waits to be sent must not starve what is received.
        senders = sockets.stream()
                .map(socket -> new ForeignSender(calls, socket, maxQueued, pool, drops, counters, arena))
                .toArray(ForeignSender[]::new);
        watches = sockets.stream().mapToInt(socket -> waiter.watch(socket.fd())).toArray();
        if (tcp != null) {
            tcp.startReading();
            tcpWatch = waiter.watch(tcp.descriptor());
        }
        LinuxCalls.preciseTimeouts();
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    @Override
    public void poll(long maxWaitNs, long gatherNs) {
        long startNs = System.nanoTime();
        long waitNs = tcp == null || maxWaitNs <= 0 ? maxWaitNs : tcp.waitNs(maxWaitNs, startNs);
        waiter.await(waitNs);
        if (gatherNs > 0 && anyDatagrams()) {
            gather(startNs + maxWaitNs, gatherNs);
        }
        try {
            for (int i = 0; i < watches.length; i++) {
                if (waiter.isReady(watches[i])) {
                    receiver.read(sockets.get(i));
                }
            }
            if (tcp != null) {
                if (waiter.isReady(tcpWatch)) {
                    tcp.ready();
                }
                tcp.run();
            }
        } finally {
            delivery.endBatch();
            waiter.answered();
        }
        if (tcp != null) {
            tcp.endPoll();
        }
    }

    private boolean anyDatagrams() {
        for (int watch : watches) {
            if (waiter.isReady(watch)) {
                return true;
            }
        }
        return false;
    }

    /** Lets more packets come, but keeps the time by which the poll is to be over. */
    private void gather(long deadlineNs, long gatherNs) {
        long startNs = System.nanoTime();
        long pauseNs = Math.min(gatherNs, deadlineNs - startNs);
        if (pauseNs > 0) {
            waiter.pause(pauseNs);
            counters.gatheredNs().add(System.nanoTime() - startNs);
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("ReferenceEquality") // The same object in a burst; any other is looked up.
    public PacketBuffer place(TransportAddress remote) {
        ForeignSender sender = lastSender;
        if (remote == lastRemote && sender != null) {
            return sender.place();
        }
        if (remote.transport() == Transport.UDP && findRoute(remote) && lastSender != null) {
            return lastSender.place();
        }
        return senders[0].place(); // What leaves by TCP is copied from any place, and the rest does not leave.
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The same object in a burst; any other is looked up.
    public @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
        if (remote != lastRemote && (remote.transport() != Transport.UDP || !findRoute(remote))) {
            return null;
        }
        return lastSender == null ? null : lastSender.placeRun(datagrams, bytes);
    }

    @Override
    public void sendPlaced(int datagrams) {
        if (lastSender == null || lastRoute == null) {
            throw new IllegalStateException("no run has been placed");
        }
        lastSender.sendPlaced(datagrams, lastRoute);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The same object in a burst; any other is looked up.
    public boolean send(PacketBuffer packet, TransportAddress remote) {
        ForeignSender sender = lastSender;
        ForeignRoute route = lastRoute;
        if (remote == lastRemote && sender != null && route != null) {
            sender.send(packet, route);
            return true;
        }
        return remote.transport() == Transport.TCP ? sendTcp(packet, remote) : sendUdp(packet, remote);
    }

    private boolean sendTcp(PacketBuffer packet, TransportAddress remote) {
        if (tcp == null) {
            drops.count(DropReason.SEND_FAILED);
            return false;
        }
        boolean sent = tcp.send(packet, remote);
        if (sent) {
            counters.packetsOut().increment();
            counters.bytesOut().add(packet.length());
        }
        return sent;
    }

    private boolean sendUdp(PacketBuffer packet, TransportAddress remote) {
        if (findRoute(remote) && lastSender != null && lastRoute != null) {
            lastSender.send(packet, lastRoute);
            return true;
        }
        drops.count(DropReason.SEND_FAILED);
        return false;
    }

    /** Makes the way to a remote the last one, if there is any. */
    private boolean findRoute(TransportAddress remote) {
        ForeignRoute route = route(remote);
        if (route == null) {
            return false;
        }
        lastRemote = remote;
        lastRoute = route;
        lastSender = senders[route.socket().index()];
        return true;
    }

    private @Nullable ForeignRoute route(TransportAddress remote) {
        ForeignRoute route = routes.find(remote);
        if (route == null) {
            int socket = plan.socketFor(remote);
            if (socket >= 0) {
                route = new ForeignRoute(remote, sockets.get(socket));
                routes.put(route);
            }
        }
        return route;
    }

    @Override
    public void flush() {
        lastRemote = null; // Its route may make way in the cache from here on.
        for (ForeignSender sender : senders) {
            sender.flush();
        }
        if (tcp != null) {
            connections.flush();
        }
    }

    // --- the rest --------------------------------------------------------------------------------------------------

    @Override
    public void wakeUp() {
        waiter.wakeUp();
    }

    @Override
    public void keep(TransportAddress remote) {
        connections.keep(remote);
    }

    @Override
    public void closeTcp(TransportAddress remote) {
        if (tcp != null) {
            tcp.touched();
        }
        connections.close(remote);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<TransportAddress> localAddresses() {
        List<TransportAddress> udp = plan.addresses(port);
        return tcp == null
                ? udp
                : Stream.concat(udp.stream(), tcp.addresses().stream()).toList();
    }

    @Override
    public String layer() {
        return IoLayer.FOREIGN.label();
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        for (ForeignSender sender : senders) {
            sender.release();
        }
        if (tcp != null) {
            tcp.close();
        }
        sockets.forEach(ForeignSocket::close);
        sockets = List.of();
        waiter.close();
        arena.close();
    }
}

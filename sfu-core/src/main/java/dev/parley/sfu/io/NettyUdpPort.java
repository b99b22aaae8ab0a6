package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A port on Netty's transports, whose event loop is run by {@link #poll} on the thread that opened it. */
final class NettyUdpPort implements UdpPort {
    private final IoLayer layer;
    private final BindPlan plan;
    private final DropCounters drops;
    /** Sending copies, so one is enough. */
    private final PacketBuffer place;

    private final PortCounters counters = new PortCounters();
    private final PacketDelivery delivery;
    private final AddressCache<NettyRoute> addresses;
    private final TcpConnections tcp;
    private final NettyLoop loop;
    private NettySockets udp = NettySockets.none();
    private TcpListeners listeners = TcpListeners.none();

    private NettyUdpPort(
            IoLayer layer,
            NettyTransport transport,
            UdpPortConfig config,
            PacketPool pool,
            DropCounters drops,
            DatagramHandler handler)
            throws IOException {
        this.layer = layer;
        this.plan = BindPlan.of(config.bindAddresses(), transport.separatesFamilies());
        this.drops = drops;
        this.place = pool.window(PacketPool.PACKET_CAPACITY);
        this.delivery = new PacketDelivery(pool, drops, counters, handler);
        this.addresses = new AddressCache<>(ThreadLocalRandom.current().nextLong());
        this.tcp = new TcpConnections(config.tcpLimits(), pool, drops, counters, delivery);
        this.loop = new NettyLoop(transport);
    }

    static UdpPort open(
            IoLayer.Choice choice,
            NettyTransport transport,
            UdpPortConfig config,
            PacketPool pool,
            DropCounters drops,
            DatagramHandler handler)
            throws IOException {
        NettyUdpPort port = new NettyUdpPort(choice.layer(), transport, config, pool, drops, handler);
        try {
            NettyBinder binder = new NettyBinder(transport, port.loop, config);
            PortNumber.bind(config, number -> port.bind(binder, number, config));
        } catch (IOException | RuntimeException | Error e) {
            port.close();
            throw e;
        }
        choice.log(port.port());
        port.udp.startReading();
        port.listeners.startReading();
        return port;
    }

    private int bind(NettyBinder binder, int number, UdpPortConfig config) throws IOException {
        udp = NettySockets.bind(binder, plan, number, this::newSocket);
        try {
            if (config.tcpEnabled()) {
                listeners = TcpListeners.bind(binder, plan, udp.port(), tcp.initializer(channel -> {}));
            }
        } catch (IOException | RuntimeException e) {
            udp.close();
            throw e;
        }
        DatagramChannelConfig granted = udp.sockets().getFirst().channel().config();
        SocketBuffers.check(config.socketBufferBytes(), granted.getReceiveBufferSize(), granted.getSendBufferSize());
        return udp.port();
    }

    private UdpSocket newSocket(BindPlan.Bind bind, DatagramChannel channel) {
        return new UdpSocket(bind, channel, addresses, delivery, drops);
    }

    @Override
    public void poll(long maxWaitNs, long gatherNs) {
        try {
            loop.await(maxWaitNs <= 0 ? 0 : tcp.limitWaitNs(maxWaitNs, System.nanoTime()));
        } finally {
            delivery.endBatch();
        }
        tcp.endPoll();
    }

    @Override
    public PacketBuffer place(TransportAddress remote) {
        place.moveTo(0);
        return place;
    }

    @Override
    public boolean send(PacketBuffer packet, TransportAddress remote) {
        boolean sent = remote.transport() == Transport.TCP ? tcp.send(packet, remote) : sendUdp(packet, remote);
        if (sent) {
            counters.packetsOut().increment();
            counters.bytesOut().add(packet.length());
        }
        return sent;
    }

    private boolean sendUdp(PacketBuffer packet, TransportAddress remote) {
        NettyRoute route = addresses.find(remote);
        if (route == null) {
            int socket = plan.socketFor(remote);
            if (socket < 0) {
                drops.count(DropReason.SEND_FAILED);
                return false;
            }
            route = NettyRoute.to(remote, udp.sockets().get(socket));
            addresses.put(route);
        }
        return route.socket().send(packet, route.inet());
    }

    @Override
    public void flush() {
        udp.sockets().forEach(UdpSocket::flush);
        tcp.flush();
    }

    @Override
    public void wakeUp() {
        loop.wakeUp();
    }

    @Override
    public void keep(TransportAddress remote) {
        tcp.keep(remote);
    }

    @Override
    public void closeTcp(TransportAddress remote) {
        tcp.close(remote);
    }

    @Override
    public int port() {
        return udp.port();
    }

    @Override
    public List<TransportAddress> localAddresses() {
        return Stream.concat(plan.addresses(port()).stream(), listeners.addresses().stream())
                .toList();
    }

    @Override
    public String layer() {
        return layer.label();
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        tcp.closeAll();
        udp.close();
        listeners.close();
        loop.end();
    }
}

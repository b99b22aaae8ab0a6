package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import io.netty.channel.Channel;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port on Netty's transports, whose event loop is run by {@link #poll} on the thread that opened it. */
final class NettyUdpPort implements UdpPort {
    private static final Logger LOG = LoggerFactory.getLogger(NettyUdpPort.class);

    private final IoLayer layer;
    private final DropCounters drops;
    private final PortCounters counters = new PortCounters();
    private final PacketDelivery delivery;
    private final AddressCache addresses;
    private final TcpConnections tcp;
    private final Loop loop;
    private NettySockets sockets = NettySockets.none();

    /** Netty's loop, with a wake-up that is not lost when it comes while the loop is busy. */
    private static final class Loop extends ManualIoEventLoop {
        private volatile boolean wakeRequested;

        Loop(Thread owner, IoLayer layer) {
            super(owner, layer.ioHandlerFactory());
        }

        @Override
        protected boolean canBlock() {
            return !wakeRequested;
        }
    }

    private NettyUdpPort(
            IoLayer layer, UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler) {
        this.layer = layer;
        this.drops = drops;
        this.delivery = new PacketDelivery(pool, drops, counters, handler);
        this.addresses = new AddressCache(ThreadLocalRandom.current().nextLong());
        this.tcp = new TcpConnections(config.tcpLimits(), pool, drops, counters, delivery);
        this.loop = new Loop(Thread.currentThread(), layer);
    }

    static UdpPort open(
            IoLayer.Choice choice, UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
            throws IOException {
        IoLayer layer = choice.layer();
        BindPlan plan = BindPlan.of(config.bindAddresses(), layer.separatesFamilies());
        NettyUdpPort port = new NettyUdpPort(layer, config, pool, drops, handler);
        try {
            NettyBinder binder = new NettyBinder(layer, port.loop, config, plan);
            port.sockets = binder.bind(port::newSocket, port.tcp.initializer());
        } catch (IOException | RuntimeException | Error e) {
            port.close();
            throw e;
        }
        LOG.info("event=port-open port={} io={} why=\"{}\"", port.port(), layer.label(), choice.why());
        port.sockets.startReading();
        return port;
    }

    private UdpSocket newSocket(BindPlan.Bind bind, DatagramChannel channel) {
        return new UdpSocket(bind, channel, addresses, delivery, drops);
    }

    @Override
    public void poll(long maxWaitNs, long gatherNs) {
        try {
            long waitNs = maxWaitNs <= 0 ? 0 : tcp.limitWaitNs(maxWaitNs, System.nanoTime());
            // To Netty 0 means for ever.
            loop.run(waitNs == 0 ? -1 : waitNs, 0);
        } finally {
            loop.wakeRequested = false;
            delivery.endBatch();
        }
        if (!tcp.isEmpty()) {
            tcp.sweep(System.nanoTime());
        }
        tcp.tellClosed();
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
        AddressCache.Entry entry = addresses.find(remote);
        if (entry == null) {
            UdpSocket socket = socketFor(remote);
            if (socket == null) {
                drops.count(DropReason.SEND_FAILED);
                return false;
            }
            entry = addresses.put(remote, inet(remote), socket);
        }
        return entry.socket().send(packet, entry.inet());
    }

    /** The socket for an address not heard from lately: of its family, and loopback to loopback. */
    private @Nullable UdpSocket socketFor(TransportAddress remote) {
        UdpSocket found = null;
        boolean loopback = inet(remote).getAddress().isLoopbackAddress();
        for (UdpSocket socket : sockets.udp()) {
            if (socket.bind().reaches(remote.isIpv4())) {
                if (socket.bind().address().isLoopbackAddress() == loopback) {
                    return socket;
                }
                found = found == null ? socket : found;
            }
        }
        return found;
    }

    private static InetSocketAddress inet(TransportAddress remote) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(remote.octets()), remote.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are always an address", e);
        }
    }

    @Override
    public void flush() {
        sockets.udp().forEach(UdpSocket::flush);
        tcp.flush();
    }

    @Override
    public void wakeUp() {
        loop.wakeRequested = true;
        loop.wakeup();
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
        return sockets.port();
    }

    @Override
    public List<TransportAddress> localAddresses() {
        List<TransportAddress> local = new ArrayList<>();
        for (UdpSocket socket : sockets.udp()) {
            local.add(TransportAddress.of(Transport.UDP, socket.bind().address().getAddress(), port()));
        }
        for (Channel listener : sockets.listeners()) {
            InetAddress address = ((InetSocketAddress) listener.localAddress()).getAddress();
            local.add(TransportAddress.of(Transport.TCP, address.getAddress(), port()));
        }
        return List.copyOf(local);
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
    @SuppressWarnings("FutureReturnValueIgnored") // The loop below sees the shutdown through.
    public void close() {
        tcp.closeAll();
        sockets.close();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!loop.isTerminated()) {
            loop.runNow();
        }
    }
}

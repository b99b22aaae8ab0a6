package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the sockets of a port, all on one number, on the thread that is to poll them. */
final class NettyBinder {
    private static final Logger LOG = LoggerFactory.getLogger(NettyBinder.class);

    /** A number free for the first socket may be taken for another; so often a new one is tried. */
    private static final int PORT_PICK_ATTEMPTS = 32;
    /** Over a packet's capacity, so that a datagram that does not fit is seen to be cut off. */
    private static final int DATAGRAM_BYTES = PacketPool.PACKET_CAPACITY + 16;
    /** Datagrams to one recvmmsg. */
    private static final int SCATTER = 32;
    /** Datagrams read from one socket before commands and deadlines have their turn. */
    private static final int MAX_READ = 128;

    private static final int UDP_HIGH_WATER_BYTES = 4 << 20;

    /** From Linux's in.h and in6.h; Netty has no name for it. */
    private static final ChannelOption<Integer> IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private final IoLayer layer;
    private final ManualIoEventLoop loop;
    private final UdpPortConfig config;
    private final BindPlan plan;

    NettyBinder(IoLayer layer, ManualIoEventLoop loop, UdpPortConfig config, BindPlan plan) {
        this.layer = layer;
        this.loop = loop;
        this.config = config;
        this.plan = plan;
    }

    /**
     * Binds everything, or nothing.
     *
     * @param newSocket makes the handler of a UDP channel
     * @param newConnection equips an accepted TCP channel
     */
    NettySockets bind(
            BiFunction<BindPlan.Bind, DatagramChannel, UdpSocket> newSocket,
            ChannelInitializer<SocketChannel> newConnection)
            throws IOException {
        int attempts = config.port() == 0 ? PORT_PICK_ATTEMPTS : 1;
        while (true) {
            List<UdpSocket> udp = new ArrayList<>();
            List<Channel> listeners = new ArrayList<>();
            try {
                int port = config.port();
                for (BindPlan.Bind bind : plan.sockets()) {
                    UdpSocket socket = bindUdp(bind, port, newSocket);
                    udp.add(socket);
                    port = socket.channel().localAddress().getPort();
                }
                for (BindPlan.Bind bind : config.tcpEnabled() ? plan.sockets() : List.<BindPlan.Bind>of()) {
                    listeners.add(bindTcp(bind, port, newConnection));
                }
                warnOfSmallBuffers(udp.getFirst().channel());
                return new NettySockets(port, udp, listeners);
            } catch (IOException | RuntimeException e) {
                new NettySockets(0, udp, listeners).close();
                if (--attempts == 0 || !(e instanceof BindException)) {
                    throw e;
                }
            }
        }
    }

    private UdpSocket bindUdp(
            BindPlan.Bind bind, int port, BiFunction<BindPlan.Bind, DatagramChannel, UdpSocket> newSocket)
            throws IOException {
        DatagramChannel channel = layer.newDatagramChannel(bind.family());
        UdpSocket socket = newSocket.apply(bind, channel);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> channel)
                .handler(socket)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, config.socketBufferBytes())
                .option(ChannelOption.SO_SNDBUF, config.socketBufferBytes())
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UDP_HIGH_WATER_BYTES / 2, UDP_HIGH_WATER_BYTES))
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiveAllocator());
        if (layer == IoLayer.EPOLL) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES);
        }
        if (bind.v6Only()) {
            bootstrap.option(IPV6_V6ONLY, 1);
        }
        await(bootstrap.bind(new InetSocketAddress(bind.address(), port)), "UDP", bind.address(), port);
        return socket;
    }

    private Channel bindTcp(BindPlan.Bind bind, int port, ChannelInitializer<SocketChannel> newConnection)
            throws IOException {
        int highWater = config.tcpLimits().outboundBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> layer.newServerChannel(bind.family()))
                .childHandler(newConnection)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(highWater / 2, highWater));
        if (bind.v6Only()) {
            bootstrap.option(IPV6_V6ONLY, 1);
        }
        ChannelFuture bound = bootstrap.bind(new InetSocketAddress(bind.address(), port));
        await(bound, "TCP", bind.address(), port);
        return bound.channel();
    }

    private RecvByteBufAllocator receiveAllocator() {
        int bytes = layer == IoLayer.EPOLL ? DATAGRAM_BYTES * SCATTER : DATAGRAM_BYTES;
        return new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(MAX_READ);
    }

    private void await(ChannelFuture bound, String transport, InetAddress address, int port) throws IOException {
        while (!bound.isDone()) {
            loop.runNow();
        }
        Throwable cause = bound.cause();
        if (cause != null) {
            String message = "cannot bind " + transport + " " + address.getHostAddress() + " port " + port + ": "
                    + cause.getMessage();
            throw (IOException) new BindException(message).initCause(cause);
        }
    }

    private void warnOfSmallBuffers(DatagramChannel channel) {
        int receive = channel.config().getReceiveBufferSize();
        int send = channel.config().getSendBufferSize();
        LOG.debug("event=socket-buffers receive_bytes={} send_bytes={}", receive, send);
        if (Math.min(receive, send) < config.socketBufferBytes()) {
            LOG.warn(
                    "event=small-socket-buffers asked_bytes={} receive_bytes={} send_bytes={} mend=\"sysctl -w"
                            + " net.core.rmem_max={} net.core.wmem_max={}\"",
                    config.socketBufferBytes(),
                    receive,
                    send,
                    config.socketBufferBytes(),
                    config.socketBufferBytes());
        }
    }
}

package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BiFunction;

/** Binds sockets on Netty, on the thread that is to poll them. */
final class NettyBinder {
    /** Over a packet's capacity, so that a datagram that does not fit is seen to be cut off. */
    private static final int DATAGRAM_BYTES = PacketPool.PACKET_CAPACITY + 16;
    /** Datagrams to one recvmmsg. */
    private static final int SCATTER = 32;
    /** Datagrams read from one socket before commands and deadlines have their turn. */
    private static final int MAX_READ = 128;

    private static final int UDP_HIGH_WATER_BYTES = 4 << 20;

    /** From Linux's in.h and in6.h; Netty has no name for it. */
    private static final ChannelOption<Integer> IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private final NettyTransport transport;
    private final NettyLoop loop;
    private final UdpPortConfig config;

    NettyBinder(NettyTransport transport, NettyLoop loop, UdpPortConfig config) {
        this.transport = transport;
        this.loop = loop;
        this.config = config;
    }

    UdpSocket bindUdp(BindPlan.Bind bind, int port, BiFunction<BindPlan.Bind, DatagramChannel, UdpSocket> newSocket)
            throws IOException {
        DatagramChannel channel = transport.newDatagramChannel(bind.family());
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
        if (transport == NettyTransport.EPOLL) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES);
        }
        if (bind.v6Only()) {
            bootstrap.option(IPV6_V6ONLY, 1);
        }
        await(bootstrap.bind(new InetSocketAddress(bind.address(), port)), "UDP", bind.address(), port);
        return socket;
    }

    Channel bindTcp(BindPlan.Bind bind, int port, ChannelInitializer<SocketChannel> newConnection) throws IOException {
        int highWater = config.tcpLimits().outboundBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> transport.newServerChannel(bind.family()))
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
        int bytes = transport == NettyTransport.EPOLL ? DATAGRAM_BYTES * SCATTER : DATAGRAM_BYTES;
        return new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(MAX_READ);
    }

    private void await(ChannelFuture bound, String transport, InetAddress address, int port) throws IOException {
        while (!bound.isDone()) {
            loop.runNow();
        }
        Throwable cause = bound.cause();
        if (cause != null) {
            throw PortNumber.refused(
                    transport, address.getHostAddress(), port, String.valueOf(cause.getMessage()), cause);
        }
    }
}

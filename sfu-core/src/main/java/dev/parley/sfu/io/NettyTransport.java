package dev.parley.sfu.io;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Netty's transports. */
enum NettyTransport {
    EPOLL,
    NIO;

    private static final long MILLISECOND_NS = 1_000_000;
    private static final long MAX_WAIT_NS = 1_000_000_000_000L;

    IoHandlerFactory ioHandlerFactory() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    DatagramChannel newDatagramChannel(SocketProtocolFamily family) {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel(family);
            case NIO -> new NioDatagramChannel(family);
        };
    }

    ServerChannel newServerChannel(SocketProtocolFamily family) {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel(family);
            case NIO -> new NioServerSocketChannel(SelectorProvider.provider(), family);
        };
    }

    /** A wait as the transport can do it: the JDK's selector counts milliseconds, and would spin for less than one. */
    long possibleWaitNs(long waitNs) {
        return switch (this) {
            case EPOLL -> waitNs;
            case NIO -> Math.ceilDiv(Math.min(waitNs, MAX_WAIT_NS), MILLISECOND_NS) * MILLISECOND_NS;
        };
    }

    /** Whether an IPv6 wildcard socket can be kept off IPv4; the JDK's sockets always serve both. */
    boolean separatesFamilies() {
        return this == EPOLL;
    }
}

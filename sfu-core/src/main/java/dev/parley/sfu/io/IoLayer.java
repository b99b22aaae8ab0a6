package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The ways to reach the network, the better one first. */
enum IoLayer {
    /** Netty's native transport: recvmmsg and sendmmsg on Linux. */
    EPOLL,
    /** The JDK's own channels: a system call a packet, but everywhere. */
    NIO;

    /** A layer, and why it and no other. */
    record Choice(IoLayer layer, String why) {
        UdpPort open(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
                throws IOException {
            return NettyUdpPort.open(this, config, pool, drops, handler);
        }
    }

    /**
     * Finds the layer for a configured value.
     *
     * @throws IOException if the one asked for is not to be had on this machine
     */
    static Choice choose(String requested) throws IOException {
        return switch (requested) {
            case "nio" -> new Choice(NIO, "asked for");
            case "epoll" -> {
                if (!Epoll.isAvailable()) {
                    throw new IOException(
                            "io: epoll is not available here (" + epollFault() + "); set io to auto or nio");
                }
                yield new Choice(EPOLL, "asked for");
            }
            case "auto" ->
                Epoll.isAvailable()
                        ? new Choice(EPOLL, "fastest available")
                        : new Choice(NIO, "epoll is not available: " + epollFault());
            default -> throw new IllegalArgumentException("io must be auto, epoll or nio, got " + requested);
        };
    }

    private static String epollFault() {
        @Nullable Throwable cause = Epoll.unavailabilityCause();
        return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

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

    /** Whether an IPv6 wildcard socket can be kept off IPv4; the JDK's sockets always serve both. */
    boolean separatesFamilies() {
        return this == EPOLL;
    }
}

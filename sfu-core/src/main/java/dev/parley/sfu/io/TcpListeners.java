package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets that a port listens on for ICE-TCP.
 *
 * @param channels one for each bind address, or none
 */
record TcpListeners(List<Channel> channels) {
    TcpListeners {
        channels = List.copyOf(channels);
    }

    static TcpListeners none() {
        return new TcpListeners(List.of());
    }

    /** Binds one listener for each address, or none. */
    static TcpListeners bind(
            NettyBinder binder, BindPlan plan, int port, ChannelInitializer<SocketChannel> newConnection)
            throws IOException {
        List<Channel> channels = new ArrayList<>();
        try {
            for (BindPlan.Bind bind : plan.sockets()) {
                channels.add(binder.bindTcp(bind, port, newConnection));
            }
            return new TcpListeners(channels);
        } catch (IOException | RuntimeException e) {
            new TcpListeners(channels).close();
            throw e;
        }
    }

    /** Sockets are bound without reading, so that nothing is delivered before the port is complete. */
    void startReading() {
        channels.forEach(channel -> channel.config().setAutoRead(true));
    }

    List<TransportAddress> addresses() {
        List<TransportAddress> addresses = new ArrayList<>();
        for (Channel channel : channels) {
            InetSocketAddress local = (InetSocketAddress) channel.localAddress();
            InetAddress address = local.getAddress();
            addresses.add(TransportAddress.of(Transport.TCP, address.getAddress(), local.getPort()));
        }
        return addresses;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Closing on the loop's own thread is done when it returns.
    void close() {
        for (Channel channel : channels) {
            channel.close();
        }
    }
}

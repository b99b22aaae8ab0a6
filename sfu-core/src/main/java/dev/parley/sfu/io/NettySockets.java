package dev.parley.sfu.io;

import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The bound UDP sockets of a port on Netty.
 *
 * @param port their port number
 * @param sockets one for each bind address
 */
record NettySockets(int port, List<UdpSocket> sockets) {
    NettySockets {
        sockets = List.copyOf(sockets);
    }

    static NettySockets none() {
        return new NettySockets(0, List.of());
    }

    /** Binds one socket for each address, or none. */
    static NettySockets bind(
            NettyBinder binder,
            BindPlan plan,
            int port,
            BiFunction<BindPlan.Bind, DatagramChannel, UdpSocket> newSocket)
            throws IOException {
        List<UdpSocket> sockets = new ArrayList<>();
        int number = port;
        try {
            for (BindPlan.Bind bind : plan.sockets()) {
                UdpSocket socket = binder.bindUdp(bind, number, newSocket);
                sockets.add(socket);
                number = socket.channel().localAddress().getPort();
            }
            return new NettySockets(number, sockets);
        } catch (IOException | RuntimeException e) {
            new NettySockets(0, sockets).close();
            throw e;
        }
    }

    /** Sockets are bound without reading, so that nothing is delivered before the port is complete. */
    void startReading() {
        sockets.forEach(socket -> socket.channel().config().setAutoRead(true));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Closing on the loop's own thread is done when it returns.
    void close() {
        for (UdpSocket socket : sockets) {
            socket.channel().close();
        }
    }
}

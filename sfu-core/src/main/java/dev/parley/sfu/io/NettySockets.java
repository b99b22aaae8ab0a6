package dev.parley.sfu.io;

import io.netty.channel.Channel;
import java.util.List;

/**
 * The bound sockets of a port.
 *
 * @param port their port number
 * @param udp one for each bind address
 * @param listeners for TCP, one for each bind address, or none
 */
record NettySockets(int port, List<UdpSocket> udp, List<Channel> listeners) {
    NettySockets {
        udp = List.copyOf(udp);
        listeners = List.copyOf(listeners);
    }

    static NettySockets none() {
        return new NettySockets(0, List.of(), List.of());
    }

    /** Sockets are bound without reading, so that nothing is delivered before the port is complete. */
    void startReading() {
        udp.forEach(socket -> socket.channel().config().setAutoRead(true));
        listeners.forEach(listener -> listener.config().setAutoRead(true));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Closing on the loop's own thread is done when it returns.
    void close() {
        for (UdpSocket socket : udp) {
            socket.channel().close();
        }
        for (Channel listener : listeners) {
            listener.close();
        }
    }
}

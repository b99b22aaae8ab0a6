package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The way to a remote address on Netty: its socket address, and the socket that it was last heard on. */
final class NettyRoute extends AddressCache.Entry {
    private final InetSocketAddress inet;
    private UdpSocket socket;

    NettyRoute(TransportAddress remote, InetSocketAddress inet, UdpSocket socket) {
        super(remote);
        this.inet = inet;
        this.socket = socket;
    }

    /** For an address not heard from. */
    static NettyRoute to(TransportAddress remote, UdpSocket socket) {
        try {
            InetAddress address = InetAddress.getByAddress(remote.octets());
            return new NettyRoute(remote, new InetSocketAddress(address, remote.port()), socket);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are always an address", e);
        }
    }

    InetSocketAddress inet() {
        return inet;
    }

    UdpSocket socket() {
        return socket;
    }

    void socket(UdpSocket latest) {
        socket = latest;
    }
}

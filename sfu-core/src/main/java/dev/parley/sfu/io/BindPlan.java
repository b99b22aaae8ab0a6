package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets that a list of bind addresses asks for. A lone {@code ::} serves IPv4 as well (RFC 3493 §5.3); beside an
 * IPv4 address it must not, or the two would claim the same port.
 *
 * @param sockets one for each address, without duplicates
 */
record BindPlan(List<Bind> sockets) {
    /** One socket to bind; {@code v6Only} keeps an IPv6 wildcard off IPv4. */
    record Bind(InetAddress address, boolean v6Only) {
        SocketProtocolFamily family() {
            return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        }

        /** Whether packets to such an address can leave by this socket. */
        boolean reaches(boolean ipv4) {
            return address instanceof Inet6Address ? !ipv4 || address.isAnyLocalAddress() && !v6Only : ipv4;
        }
    }

    BindPlan {
        sockets = List.copyOf(sockets);
    }

    /**
     * Plans the sockets.
     *
     * @param separatesFamilies whether the layer can bind an IPv6 wildcard for IPv6 alone
     * @throws IOException if the layer cannot bind these addresses side by side
     */
    static BindPlan of(List<String> addresses, boolean separatesFamilies) throws IOException {
        Set<InetAddress> wanted = new LinkedHashSet<>();
        addresses.forEach(text -> wanted.add(HostAddresses.parse(text)));
        boolean ipv4 = wanted.stream().anyMatch(address -> !(address instanceof Inet6Address));
        boolean wildcard6 = wanted.stream().anyMatch(BindPlan::isWildcard6);
        if (wildcard6 && ipv4 && !separatesFamilies) {
            // One socket for both families is what the two wildcards together mean.
            wanted.removeIf(address -> address.isAnyLocalAddress() && !isWildcard6(address));
            if (wanted.stream().anyMatch(address -> !(address instanceof Inet6Address))) {
                throw new IOException("io: nio cannot bind :: beside a single IPv4 address; bind 0.0.0.0 and :: or"
                        + " name the IPv6 address");
            }
            ipv4 = false;
        }
        List<Bind> sockets = new ArrayList<>();
        for (InetAddress address : wanted) {
            sockets.add(new Bind(address, isWildcard6(address) && ipv4));
        }
        return new BindPlan(sockets);
    }

    /** Which socket reaches an address not heard from lately: of its family, and loopback to loopback; -1 if none. */
    int socketFor(TransportAddress remote) {
        int found = -1;
        boolean loopback = HostAddresses.isLoopback(remote);
        for (int i = 0; i < sockets.size(); i++) {
            Bind bind = sockets.get(i);
            if (bind.reaches(remote.isIpv4())) {
                if (bind.address().isLoopbackAddress() == loopback) {
                    return i;
                }
                found = found < 0 ? i : found;
            }
        }
        return found;
    }

    /** The sockets' addresses, with the number that they have got. */
    List<TransportAddress> addresses(int port) {
        return sockets.stream()
                .map(bind -> TransportAddress.of(Transport.UDP, bind.address().getAddress(), port))
                .toList();
    }

    private static boolean isWildcard6(InetAddress address) {
        return address instanceof Inet6Address && address.isAnyLocalAddress();
    }
}

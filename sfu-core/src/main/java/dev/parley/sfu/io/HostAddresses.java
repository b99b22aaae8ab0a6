package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The addresses that ICE candidates name: announced ones, or bound ones with wildcards resolved to the machine's. */
public final class HostAddresses {
    private HostAddresses() {}

    /**
     * The addresses of one port's host candidates: all for UDP, then all for TCP.
     *
     * @param bind IP addresses as bound
     * @param announced IP addresses to name instead (a server behind NAT); empty means those bound
     * @param port the port bound
     * @param tcp whether TCP candidates are wanted
     * @throws IOException if the machine's addresses cannot be read
     */
    public static List<TransportAddress> candidates(List<String> bind, List<String> announced, int port, boolean tcp)
            throws IOException {
        List<InetAddress> named = (announced.isEmpty() ? bind : announced)
                .stream().map(HostAddresses::parse).toList();
        // A lone :: is a dual-stack socket, so it answers for IPv4 as well: see BindPlan.
        boolean dualStack = named.stream().allMatch(address -> address instanceof Inet6Address);
        Set<InetAddress> hosts = new LinkedHashSet<>();
        for (InetAddress address : named) {
            if (address.isAnyLocalAddress()) {
                boolean ipv6 = address instanceof Inet6Address;
                hosts.addAll(machineAddresses(!ipv6 || dualStack, ipv6));
            } else {
                hosts.add(address);
            }
        }
        List<TransportAddress> addresses = new ArrayList<>();
        hosts.forEach(host -> addresses.add(TransportAddress.of(Transport.UDP, host.getAddress(), port)));
        if (tcp) {
            hosts.forEach(host -> addresses.add(TransportAddress.of(Transport.TCP, host.getAddress(), port)));
        }
        return List.copyOf(addresses);
    }

    /** An IP address from its text; a host name is refused, so nothing is looked up. */
    static InetAddress parse(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
    }

    /** 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1 (RFC 4291 §2.5.3). */
    static boolean isLoopback(TransportAddress address) {
        return address.isIpv4() ? address.ipv4() >>> 24 == 127 : address.high() == 0 && address.low() == 1;
    }

    private static List<InetAddress> machineAddresses(boolean ipv4, boolean ipv6) throws SocketException {
        List<InetAddress> found = new ArrayList<>();
        List<InetAddress> loopback = new ArrayList<>();
        List<NetworkInterface> interfaces = NetworkInterface.networkInterfaces().toList();
        for (NetworkInterface network : interfaces) {
            if (!network.isUp()) {
                continue;
            }
            for (InetAddress address : network.inetAddresses().toList()) {
                boolean wanted = address instanceof Inet6Address ? ipv6 : ipv4;
                if (wanted && !address.isLinkLocalAddress()) {
                    (address.isLoopbackAddress() ? loopback : found).add(address);
                }
            }
        }
        return found.isEmpty() ? loopback : found;
    }
}

package dev.parley.sfu.nativepeer;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Puts the addresses that the media ports are bound to into an answer of this very server: those that it announces belong to
 * a NAT in front, which need not let the machine reach itself.
 */
final class LocalAddresses implements UnaryOperator<String> {
    private final List<String> addresses;

    LocalAddresses(List<String> bound) {
        this.addresses = bound.stream().map(LocalAddresses::local).distinct().toList();
    }

    private static String local(String bound) {
        InetAddress address = InetAddress.ofLiteral(bound);
        if (!address.isAnyLocalAddress()) {
            return bound;
        }
        return address instanceof Inet6Address ? "::1" : "127.0.0.1";
    }

    @Override
    public String apply(String answer) {
        return SdpEdits.announce(answer, addresses);
    }
}

package dev.parley.signaling.http;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a client's address, through the proxies that are trusted to tell it. */
final class SourceAddresses {
    private final Set<String> trustedProxies;

    SourceAddresses(List<String> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    /**
     * The last address of {@code X-Forwarded-For} that is not a trusted proxy's: those before it are what the client
     * itself may have written.
     */
    String of(@Nullable SocketAddress peer, List<String> forwardedFor) {
        String address = peer instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "unknown";
        if (!trustedProxies.contains(address)) {
            return address;
        }
        List<String> hops = forwardedFor.stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(String::strip)
                .toList()
                .reversed();
        for (String hop : hops) {
            if (!NetUtil.isValidIpV4Address(hop) && !NetUtil.isValidIpV6Address(hop)) {
                return address;
            }
            address = hop;
            if (!trustedProxies.contains(hop)) {
                return hop;
            }
        }
        return address;
    }
}

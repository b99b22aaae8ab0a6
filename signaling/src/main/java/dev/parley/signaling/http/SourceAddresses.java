package dev.parley.signaling.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds a client's address, through the proxies that are trusted to tell it. */
final class SourceAddresses {
    /** By their octets, since an IPv6 address has many spellings. */
    private final Set<ByteBuffer> trustedProxies;

    SourceAddresses(List<String> trustedProxies) {
        this.trustedProxies =
                trustedProxies.stream().map(SourceAddresses::octets).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The last address of {@code X-Forwarded-For} that is not a trusted proxy's: those before it are what the client
     * itself may have written.
     */
    String of(@Nullable SocketAddress peer, List<String> forwardedFor) {
        String address = peer instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "unknown";
        if (!isTrusted(address)) {
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
            if (!isTrusted(hop)) {
                return hop;
            }
        }
        return address;
    }

    private boolean isTrusted(String address) {
        return trustedProxies.contains(octets(address));
    }

    /** Those of an IPv4 address in IPv6's clothes (RFC 4291 §2.5.5.2) are the IPv4 address's; none for other texts. */
    private static ByteBuffer octets(String address) {
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return ByteBuffer.wrap(
                    octets == null
                            ? new byte[0]
                            : InetAddress.getByAddress(octets).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are always an address", e);
        }
    }
}

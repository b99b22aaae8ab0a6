package dev.parley.sfu.ice;

import dev.parley.sfu.ice.TransportAddress.Transport;
import java.util.Locale;

/**
 * A host candidate of our own (RFC 8445 §5.1.1.1): a UDP port, or a TCP listener that waits to be connected to
 * (RFC 6544 §4.1, passive). Leaves out every other type: a server that announces its public address needs none.
 *
 * @param foundation 1 to 32 ice-chars, equal for candidates of one address and transport (RFC 8445 §5.1.1.3)
 * @param component 1 to 256; always 1 where RTP and RTCP share a transport
 * @param priority 1 to 2^31 - 1
 * @param address where the browser sends its checks
 */
public record IceCandidate(String foundation, int component, long priority, TransportAddress address) {
    /** The component of RTP, and of RTCP with it under rtcp-mux. */
    public static final int RTP_COMPONENT = 1;

    /** RFC 8445 §5.1.2.2 recommends 126 for host candidates. */
    private static final int UDP_TYPE_PREFERENCE = 126;
    /** Below every UDP host candidate, so that TCP is taken only where UDP is blocked (RFC 6544 §4.2). */
    private static final int TCP_TYPE_PREFERENCE = 90;
    /** RFC 6544 §4.2: the direction preference of a passive host candidate, above 13 bits of other preference. */
    private static final int TCP_PASSIVE_PREFERENCE = 4 << 13;

    private static final int MAX_RANK = 0x1FFF;

    public IceCandidate {
        if (foundation.isEmpty()
                || foundation.length() > 32
                || !foundation.chars().allMatch(IceCredentials::isIceChar)) {
            throw new IllegalArgumentException("foundation needs 1 to 32 ice-chars, got '" + foundation + "'");
        }
        if (component < 1 || component > 256) {
            throw new IllegalArgumentException("component " + component + " is not in 1..256");
        }
        if (priority < 1 || priority > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("priority " + priority + " is not in 1..2^31-1");
        }
    }

    /**
     * The candidate of component 1 at {@code address}.
     *
     * @param rank 0 for the address to prefer among those of one transport, then 1, and so on up to 8,191
     */
    public static IceCandidate host(TransportAddress address, int rank) {
        if (rank < 0 || rank > MAX_RANK) {
            throw new IllegalArgumentException("rank " + rank + " is not in 0.." + MAX_RANK);
        }
        boolean udp = address.transport() == Transport.UDP;
        int typePreference = udp ? UDP_TYPE_PREFERENCE : TCP_TYPE_PREFERENCE;
        int localPreference = udp ? 0xFFFF - rank : TCP_PASSIVE_PREFERENCE + MAX_RANK - rank;
        // RFC 8445 §5.1.2.1
        long priority = (long) typePreference << 24 | localPreference << 8 | 256 - RTP_COMPONENT;
        return new IceCandidate(foundation(address), RTP_COMPONENT, priority, address);
    }

    public Transport transport() {
        return address.transport();
    }

    private static String foundation(TransportAddress address) {
        int hash = Long.hashCode(address.high() * 31 + address.low()) * 2
                + address.transport().ordinal();
        return Integer.toUnsignedString(hash);
    }

    /** The candidate as the value of an SDP attribute, without {@code a=} (RFC 8839 §5.1, RFC 6544 §4.5). */
    public String toSdp() {
        String line = "candidate:" + foundation + " " + component + " "
                + transport().name().toLowerCase(Locale.ROOT) + " " + priority + " " + address.host() + " "
                + address.port() + " typ host";
        return transport() == Transport.TCP ? line + " tcptype passive" : line;
    }
}

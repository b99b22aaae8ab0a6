package dev.parley.sfu.ice;

/**
 * A transport address of RFC 8445: IP address, port and transport protocol, as numbers, so that it can be made and
 * compared without sockets or name look-ups. IPv4 addresses are kept as IPv4-mapped IPv6 (RFC 4291 §2.5.5.2).
 *
 * @param transport how datagrams reach this address
 * @param high the first 64 bits of the IPv6 form
 * @param low the last 64 bits of the IPv6 form
 * @param port 0 to 65,535
 */
public record TransportAddress(Transport transport, long high, long low, int port) {
    private static final long IPV4_MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

    /** The transports that ICE candidates may name here. */
    public enum Transport {
        UDP,
        TCP
    }

    public TransportAddress {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
    }

    /** An IPv4 address given as the 32 bits of its four octets. */
    public static TransportAddress ofIpv4(Transport transport, int address, int port) {
        return new TransportAddress(transport, 0, IPV4_MAPPED_PREFIX | (address & 0xFFFF_FFFFL), port);
    }

    /** An address given as 4 or 16 octets in network order. */
    public static TransportAddress of(Transport transport, byte[] address, int port) {
        return switch (address.length) {
            case 4 -> ofIpv4(transport, (int) readBits(address, 0, 4), port);
            case 16 -> new TransportAddress(transport, readBits(address, 0, 8), readBits(address, 8, 8), port);
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 octets, not " + address.length);
        };
    }

    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xFFFFL;
    }

    /** The IPv4 address as 32 bits; meaningful only when {@link #isIpv4()}. */
    public int ipv4() {
        return (int) low;
    }

    /** The address as 4 or 16 octets in network order. */
    public byte[] octets() {
        if (isIpv4()) {
            return new byte[] {(byte) (low >>> 24), (byte) (low >>> 16), (byte) (low >>> 8), (byte) low};
        }
        byte[] octets = new byte[16];
        for (int i = 0; i < 8; i++) {
            octets[i] = (byte) (high >>> (56 - 8 * i));
            octets[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return octets;
    }

    /** The IP address as SDP writes it: dotted quad, or eight groups of hexadecimal digits. */
    public String host() {
        if (isIpv4()) {
            return (low >>> 24 & 0xFF) + "." + (low >>> 16 & 0xFF) + "." + (low >>> 8 & 0xFF) + "." + (low & 0xFF);
        }
        StringBuilder text = new StringBuilder(39);
        for (int group = 0; group < 8; group++) {
            long half = group < 4 ? high : low;
            text.append(group == 0 ? "" : ":").append(Long.toHexString(half >>> (48 - 16 * (group & 3)) & 0xFFFF));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return (isIpv4() ? host() : "[" + host() + "]") + ":" + port + "/" + transport;
    }

    private static long readBits(byte[] octets, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = (bits << 8) | (octets[i] & 0xFF);
        }
        return bits;
    }
}

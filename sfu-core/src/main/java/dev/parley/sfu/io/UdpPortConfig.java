package dev.parley.sfu.io;

import java.util.List;

/**
 * How a {@link UdpPort} is opened.
 *
 * @param io the I/O layer: {@code auto}, {@code foreign}, {@code epoll} or {@code nio}
 * @param bindAddresses IP addresses to bind; {@code 0.0.0.0} and {@code ::} are wildcards
 * @param port the port number; 0 picks one that is free for UDP and TCP on every address
 * @param tcpEnabled whether to accept ICE-TCP connections
 * @param tcpLimits what those connections may cost
 * @param socketBufferBytes the UDP socket buffers to ask for, each way; the kernel may grant less, which is logged
 */
public record UdpPortConfig(
        String io,
        List<String> bindAddresses,
        int port,
        boolean tcpEnabled,
        TcpLimits tcpLimits,
        int socketBufferBytes) {
    /** Two thirds of a second at 50 Mbit/s: room for a burst of keyframes while the loop is busy. */
    public static final int DEFAULT_SOCKET_BUFFER_BYTES = 4 << 20;

    public UdpPortConfig {
        bindAddresses = List.copyOf(bindAddresses);
        if (bindAddresses.isEmpty()) {
            throw new IllegalArgumentException("bind must name at least one IP address, such as 127.0.0.1");
        }
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("udp-port must be in 0..65535, got " + port);
        }
    }

    /** With the default limits and buffers. */
    public static UdpPortConfig of(String io, List<String> bindAddresses, int port, boolean tcpEnabled) {
        return new UdpPortConfig(
                io, bindAddresses, port, tcpEnabled, TcpLimits.defaults(), DEFAULT_SOCKET_BUFFER_BYTES);
    }
}

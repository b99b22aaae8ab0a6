package dev.parley.sfu.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bound, unconnected, non-blocking UDP socket of the foreign layer. Owned by the port's thread. */
final class ForeignSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignSocket.class);

    private final LinuxCalls calls;
    private final BindPlan.Bind bind;
    private final int index;
    private final int fd;
    private int port;

    private ForeignSocket(LinuxCalls calls, BindPlan.Bind bind, int index, int fd) {
        this.calls = calls;
        this.bind = bind;
        this.index = index;
        this.fd = fd;
    }

    /**
     * Opens, sizes and binds a socket.
     *
     * @param index its place among the port's sockets
     * @param port the number; 0 picks one
     * @throws java.net.BindException if it cannot be bound; the message names the address
     */
    static ForeignSocket open(LinuxCalls calls, BindPlan.Bind bind, int index, int port, int bufferBytes)
            throws IOException {
        int family = isIpv6(bind) ? LinuxAbi.AF_INET6 : LinuxAbi.AF_INET;
        int fd = calls.socket(family, LinuxAbi.SOCK_DGRAM | LinuxAbi.SOCK_CLOEXEC | LinuxAbi.SOCK_NONBLOCK);
        if (fd < 0) {
            throw new IOException("cannot open a UDP socket: errno " + -fd);
        }
        ForeignSocket socket = new ForeignSocket(calls, bind, index, fd);
        try (Arena arena = Arena.ofConfined()) {
            socket.configure(bufferBytes);
            socket.port = socket.bind(arena.allocate(LinuxAbi.SOCKADDR_IN6_BYTES, 8), port);
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private void configure(int bufferBytes) {
        size(LinuxAbi.SO_RCVBUFFORCE, LinuxAbi.SO_RCVBUF, bufferBytes);
        size(LinuxAbi.SO_SNDBUFFORCE, LinuxAbi.SO_SNDBUF, bufferBytes);
        option("UDP_GRO", LinuxAbi.SOL_UDP, LinuxAbi.UDP_GRO, 1);
        option("SO_TIMESTAMPNS", LinuxAbi.SOL_SOCKET, LinuxAbi.SO_TIMESTAMPNS, 1);
        if (isIpv6()) {
            // Else a socket for IPv4-mapped addresses too, whatever the machine's default is.
            option("IPV6_V6ONLY", LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_V6ONLY, bind.v6Only() ? 1 : 0);
        }
        if (bind.address().isAnyLocalAddress()) {
            if (isIpv6()) {
                option("IPV6_RECVPKTINFO", LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_RECVPKTINFO, 1);
            } else {
                option("IP_PKTINFO", LinuxAbi.IPPROTO_IP, LinuxAbi.IP_PKTINFO, 1);
            }
        }
    }

    /** The kernel's limit holds only for those without CAP_NET_ADMIN. */
    private void size(int forced, int limited, int bytes) {
        if (calls.setOption(fd, LinuxAbi.SOL_SOCKET, forced, bytes) < 0) {
            calls.setOption(fd, LinuxAbi.SOL_SOCKET, limited, bytes);
        }
    }

    /** Each is worth having, and none is needed. */
    private void option(String name, int level, int option, int value) {
        int status = calls.setOption(fd, level, option, value);
        if (status < 0) {
            LOG.warn("event=socket-option-refused option={} errno={}", name, -status);
        }
    }

    private int bind(MemorySegment address, int number) throws IOException {
        byte[] octets = bind.address().getAddress();
        address.set(LinuxAbi.U16, LinuxAbi.SOCKADDR_FAMILY, (short) (isIpv6() ? LinuxAbi.AF_INET6 : LinuxAbi.AF_INET));
        address.set(LinuxAbi.NET_U16, LinuxAbi.SOCKADDR_PORT, (short) number);
        int offset = isIpv6() ? LinuxAbi.SOCKADDR_IN6_ADDRESS : LinuxAbi.SOCKADDR_IN_ADDRESS;
        MemorySegment.copy(MemorySegment.ofArray(octets), 0, address, offset, octets.length);
        if (bind.address() instanceof Inet6Address six && six.getScopeId() != 0) {
            address.set(LinuxAbi.U32, LinuxAbi.SOCKADDR_IN6_SCOPE, six.getScopeId());
        }
        int status = calls.bind(fd, address.address(), nameBytes());
        if (status >= 0) {
            status = calls.boundAddress(fd, address.address(), nameBytes());
        }
        if (status < 0) {
            String host = bind.address().getHostAddress();
            throw PortNumber.refused("UDP", host, number, reason(-status), new IOException("errno " + -status));
        }
        return address.get(LinuxAbi.NET_U16, LinuxAbi.SOCKADDR_PORT) & 0xFFFF;
    }

    private static String reason(int errno) {
        return switch (errno) {
            case LinuxAbi.EADDRINUSE -> "address already in use";
            case LinuxAbi.EADDRNOTAVAIL -> "not an address of this machine";
            case LinuxAbi.EACCES -> "permission denied";
            default -> "errno " + errno;
        };
    }

    private static boolean isIpv6(BindPlan.Bind bind) {
        return bind.address() instanceof Inet6Address;
    }

    /** Whether its addresses are IPv6, and those of IPv4 mapped into it. */
    boolean isIpv6() {
        return isIpv6(bind);
    }

    /** The size of its socket addresses. */
    int nameBytes() {
        return isIpv6() ? LinuxAbi.SOCKADDR_IN6_BYTES : LinuxAbi.SOCKADDR_IN_BYTES;
    }

    int index() {
        return index;
    }

    int fd() {
        return fd;
    }

    int port() {
        return port;
    }

    /** What the kernel has granted, which it doubles for its own needs. */
    int receiveBufferBytes() {
        return calls.option(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_RCVBUF);
    }

    int sendBufferBytes() {
        return calls.option(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_SNDBUF);
    }

    @Override
    public void close() {
        calls.close(fd);
    }
}

package dev.parley.sfu.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of one sendmmsg for one socket: a message is a run, its parts are the packets' own memory. Owned by the
 * port's thread.
 *
 * <p>Of a message's two control messages the second, with the source address, goes alone when there is nothing to
 * segment; what never changes in them is written once.
 */
final class SendBatch {
    private static final int NAME_BYTES = 32;
    private static final int SEGMENT_BYTES = LinuxAbi.controlSpace(Short.BYTES);
    private static final int CONTROL_BYTES = SEGMENT_BYTES + LinuxAbi.controlSpace(LinuxAbi.IN6_PKTINFO_BYTES);

    private final boolean ipv6;
    private final int sourceBytes;
    private final MemorySegment messages;
    private final MemorySegment iovecs;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final long messagesAddress;
    private final long iovecsAddress;
    private final long controlsAddress;

    /**
     * Takes memory.
     *
     * @param packets how many, each of which may be a message of its own
     */
    SendBatch(ForeignSocket socket, int packets, Arena arena) {
        ipv6 = socket.isIpv6();
        sourceBytes = LinuxAbi.controlSpace(ipv6 ? LinuxAbi.IN6_PKTINFO_BYTES : LinuxAbi.IN_PKTINFO_BYTES);
        messages = arena.allocate((long) packets * LinuxAbi.MMSGHDR_BYTES, 64);
        iovecs = arena.allocate((long) packets * LinuxAbi.IOVEC_BYTES, 64);
        names = arena.allocate((long) packets * NAME_BYTES, 64);
        controls = arena.allocate((long) packets * CONTROL_BYTES, 64);
        messagesAddress = messages.address();
        iovecsAddress = iovecs.address();
        controlsAddress = controls.address();
        for (int message = 0; message < packets; message++) {
            long at = field(message, 0);
            messages.set(LinuxAbi.U64, at + LinuxAbi.MSG_NAME, names.address() + (long) message * NAME_BYTES);
            messages.set(LinuxAbi.U32, at + LinuxAbi.MSG_NAME_LENGTH, socket.nameBytes());
            short family = (short) (ipv6 ? LinuxAbi.AF_INET6 : LinuxAbi.AF_INET);
            names.set(LinuxAbi.U16, (long) message * NAME_BYTES + LinuxAbi.SOCKADDR_FAMILY, family);
            prepareControl((long) message * CONTROL_BYTES);
        }
    }

    private void prepareControl(long segment) {
        controls.set(LinuxAbi.U64, segment + LinuxAbi.CMSG_LENGTH, LinuxAbi.controlLength(Short.BYTES));
        controls.set(LinuxAbi.U32, segment + LinuxAbi.CMSG_LEVEL, LinuxAbi.SOL_UDP);
        controls.set(LinuxAbi.U32, segment + LinuxAbi.CMSG_TYPE, LinuxAbi.UDP_SEGMENT);
        long source = segment + SEGMENT_BYTES;
        int bytes = ipv6 ? LinuxAbi.IN6_PKTINFO_BYTES : LinuxAbi.IN_PKTINFO_BYTES;
        controls.set(LinuxAbi.U64, source + LinuxAbi.CMSG_LENGTH, LinuxAbi.controlLength(bytes));
        controls.set(LinuxAbi.U32, source + LinuxAbi.CMSG_LEVEL, ipv6 ? LinuxAbi.IPPROTO_IPV6 : LinuxAbi.IPPROTO_IP);
        controls.set(LinuxAbi.U32, source + LinuxAbi.CMSG_TYPE, ipv6 ? LinuxAbi.IPV6_PKTINFO : LinuxAbi.IP_PKTINFO);
    }

    /** Writes one part of a message. */
    void part(int index, long address, int bytes) {
        long at = (long) index * LinuxAbi.IOVEC_BYTES;
        iovecs.set(LinuxAbi.U64, at + LinuxAbi.IOVEC_BASE, address);
        iovecs.set(LinuxAbi.U64, at + LinuxAbi.IOVEC_LENGTH, bytes);
    }

    /**
     * Writes a message.
     *
     * @param firstPart where its parts begin
     * @param parts how many it has
     * @param segmentBytes the size of each datagram but the last; used if there is more than one part
     */
    void message(int message, ForeignRoute route, int firstPart, int parts, int segmentBytes) {
        name((long) message * NAME_BYTES, route);
        long control = (long) message * CONTROL_BYTES;
        long skip = SEGMENT_BYTES;
        long controlBytes = 0;
        if (parts > 1) {
            controls.set(LinuxAbi.U16, control + LinuxAbi.CMSG_DATA, (short) segmentBytes);
            skip = 0;
            controlBytes = SEGMENT_BYTES;
        }
        if (route.hasSource()) {
            source(control + SEGMENT_BYTES + LinuxAbi.CMSG_DATA, route);
            controlBytes += sourceBytes;
        }
        long at = field(message, 0);
        messages.set(LinuxAbi.U64, at + LinuxAbi.MSG_IOV, iovecsAddress + (long) firstPart * LinuxAbi.IOVEC_BYTES);
        messages.set(LinuxAbi.U64, at + LinuxAbi.MSG_IOV_LENGTH, parts);
        messages.set(LinuxAbi.U64, at + LinuxAbi.MSG_CONTROL, controlsAddress + control + skip);
        messages.set(LinuxAbi.U64, at + LinuxAbi.MSG_CONTROL_LENGTH, controlBytes);
    }

    private void name(long name, ForeignRoute route) {
        names.set(LinuxAbi.NET_U16, name + LinuxAbi.SOCKADDR_PORT, (short)
                route.remote().port());
        if (ipv6) {
            names.set(
                    LinuxAbi.NET_U64,
                    name + LinuxAbi.SOCKADDR_IN6_ADDRESS,
                    route.remote().high());
            names.set(
                    LinuxAbi.NET_U64,
                    name + LinuxAbi.SOCKADDR_IN6_ADDRESS + 8,
                    route.remote().low());
            names.set(LinuxAbi.U32, name + LinuxAbi.SOCKADDR_IN6_SCOPE, route.scope());
        } else {
            names.set(
                    LinuxAbi.NET_U32,
                    name + LinuxAbi.SOCKADDR_IN_ADDRESS,
                    route.remote().ipv4());
        }
    }

    /** The interface stays 0: the route decides, as for everything else that leaves the machine. */
    private void source(long data, ForeignRoute route) {
        if (ipv6) {
            controls.set(LinuxAbi.NET_U64, data + LinuxAbi.IN6_PKTINFO_ADDRESS, route.sourceHigh());
            controls.set(LinuxAbi.NET_U64, data + LinuxAbi.IN6_PKTINFO_ADDRESS + 8, route.sourceLow());
        } else {
            controls.set(LinuxAbi.NET_U32, data + LinuxAbi.IN_PKTINFO_SPEC_DST, (int) route.sourceLow());
        }
    }

    /** The structure of a message and those behind it. */
    long address(int message) {
        return messagesAddress + field(message, 0);
    }

    private static long field(int message, int offset) {
        return (long) message * LinuxAbi.MMSGHDR_BYTES + offset;
    }
}

package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import java.lang.foreign.Arena;

/**
 * The memory of one sendmmsg for one socket: a message is a run, its parts are where its packets lie, several of which
 * may be one part. Owned by the port's thread.
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
    private final long messages;
    private final long iovecs;
    private final long names;
    private final long controls;

    /**
     * Takes memory.
     *
     * @param packets how many, each of which may be a message of its own
     */
    SendBatch(ForeignSocket socket, int packets, Arena arena) {
        ipv6 = socket.isIpv6();
        sourceBytes = LinuxAbi.controlSpace(ipv6 ? LinuxAbi.IN6_PKTINFO_BYTES : LinuxAbi.IN_PKTINFO_BYTES);
        messages = arena.allocate((long) packets * LinuxAbi.MMSGHDR_BYTES, 64).address();
        iovecs = arena.allocate((long) packets * LinuxAbi.IOVEC_BYTES, 64).address();
        names = arena.allocate((long) packets * NAME_BYTES, 64).address();
        controls = arena.allocate((long) packets * CONTROL_BYTES, 64).address();
        for (int message = 0; message < packets; message++) {
            long name = names + (long) message * NAME_BYTES;
            RawMemory.putLong(address(message) + LinuxAbi.MSG_NAME, name);
            RawMemory.putInt(address(message) + LinuxAbi.MSG_NAME_LENGTH, socket.nameBytes());
            RawMemory.putShort(name + LinuxAbi.SOCKADDR_FAMILY, ipv6 ? LinuxAbi.AF_INET6 : LinuxAbi.AF_INET);
            prepareControl(controls + (long) message * CONTROL_BYTES);
        }
    }

    private void prepareControl(long segment) {
        RawMemory.putLong(segment + LinuxAbi.CMSG_LENGTH, LinuxAbi.controlLength(Short.BYTES));
        RawMemory.putInt(segment + LinuxAbi.CMSG_LEVEL, LinuxAbi.SOL_UDP);
        RawMemory.putInt(segment + LinuxAbi.CMSG_TYPE, LinuxAbi.UDP_SEGMENT);
        long source = segment + SEGMENT_BYTES;
        int bytes = ipv6 ? LinuxAbi.IN6_PKTINFO_BYTES : LinuxAbi.IN_PKTINFO_BYTES;
        RawMemory.putLong(source + LinuxAbi.CMSG_LENGTH, LinuxAbi.controlLength(bytes));
        RawMemory.putInt(source + LinuxAbi.CMSG_LEVEL, ipv6 ? LinuxAbi.IPPROTO_IPV6 : LinuxAbi.IPPROTO_IP);
        RawMemory.putInt(source + LinuxAbi.CMSG_TYPE, ipv6 ? LinuxAbi.IPV6_PKTINFO : LinuxAbi.IP_PKTINFO);
    }

    /** Writes one part of a message. */
    void part(int index, long address, int bytes) {
        long iovec = iovecs + (long) index * LinuxAbi.IOVEC_BYTES;
        RawMemory.putLong(iovec + LinuxAbi.IOVEC_BASE, address);
        RawMemory.putLong(iovec + LinuxAbi.IOVEC_LENGTH, bytes);
    }

    /** Changes how long a part is. */
    void partBytes(int index, int bytes) {
        RawMemory.putLong(iovecs + (long) index * LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_LENGTH, bytes);
    }

    /** Where a part begins. */
    long partAddress(int index) {
        return RawMemory.getLong(iovecs + (long) index * LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_BASE);
    }

    /** How long a part is. */
    int partBytes(int index) {
        return (int) RawMemory.getLong(iovecs + (long) index * LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_LENGTH);
    }

    /**
     * Writes a message.
     *
     * @param firstPart where its parts begin
     * @param parts how many it has
     * @param segmentBytes the size of each datagram but the last, or 0 if the parts are one datagram
     */
    void message(int message, ForeignRoute route, int firstPart, int parts, int segmentBytes) {
        name(names + (long) message * NAME_BYTES, route);
        long segment = controls + (long) message * CONTROL_BYTES;
        long source = segment + SEGMENT_BYTES;
        long control = source;
        long controlBytes = 0;
        if (segmentBytes > 0) {
            RawMemory.putShort(segment + LinuxAbi.CMSG_DATA, segmentBytes);
            control = segment;
            controlBytes = SEGMENT_BYTES;
        }
        if (route.hasSource()) {
            source(source + LinuxAbi.CMSG_DATA, route);
            controlBytes += sourceBytes;
        }
        long at = address(message);
        RawMemory.putLong(at + LinuxAbi.MSG_IOV, iovecs + (long) firstPart * LinuxAbi.IOVEC_BYTES);
        RawMemory.putLong(at + LinuxAbi.MSG_IOV_LENGTH, parts);
        RawMemory.putLong(at + LinuxAbi.MSG_CONTROL, control);
        RawMemory.putLong(at + LinuxAbi.MSG_CONTROL_LENGTH, controlBytes);
    }

    private void name(long name, ForeignRoute route) {
        TransportAddress remote = route.remote();
        RawMemory.putNetShort(name + LinuxAbi.SOCKADDR_PORT, remote.port());
        if (ipv6) {
            RawMemory.putNetLong(name + LinuxAbi.SOCKADDR_IN6_ADDRESS, remote.high());
            RawMemory.putNetLong(name + LinuxAbi.SOCKADDR_IN6_ADDRESS + 8, remote.low());
            RawMemory.putInt(name + LinuxAbi.SOCKADDR_IN6_SCOPE, route.scope());
        } else {
            RawMemory.putNetInt(name + LinuxAbi.SOCKADDR_IN_ADDRESS, remote.ipv4());
        }
    }

    /** The interface stays 0: the route decides, as for everything else that leaves the machine. */
    private void source(long data, ForeignRoute route) {
        if (ipv6) {
            RawMemory.putNetLong(data + LinuxAbi.IN6_PKTINFO_ADDRESS, route.sourceHigh());
            RawMemory.putNetLong(data + LinuxAbi.IN6_PKTINFO_ADDRESS + 8, route.sourceLow());
        } else {
            RawMemory.putNetInt(data + LinuxAbi.IN_PKTINFO_SPEC_DST, (int) route.sourceLow());
        }
    }

    /** The structure of a message and those behind it. */
    long address(int message) {
        return messages + (long) message * LinuxAbi.MMSGHDR_BYTES;
    }
}

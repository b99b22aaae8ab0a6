package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one recvmmsg: where datagrams go, and what the kernel says of each. Owned by the port's thread.
 *
 * <p>A message's first bytes go straight into a packet of the pool, so that a datagram that came alone is in its place;
 * what is longer, a super-packet of UDP_GRO, goes on in the slot's staging memory. The first bytes go there too when
 * the pool is empty, so that they can be dropped and counted.
 */
final class ReceiveBatch {
    /** Messages to one recvmmsg. */
    static final int SLOTS = 32;

    private static final int SUPER_PACKET_BYTES = 0x1_0000;
    private static final int STAGING_BYTES = PacketPool.PACKET_CAPACITY + SUPER_PACKET_BYTES;
    private static final int NAME_BYTES = 32;
    private static final int IOVECS = 2;
    private static final int CONTROL_BYTES = LinuxAbi.controlSpace(LinuxAbi.TIMESPEC_BYTES)
            + LinuxAbi.controlSpace(Integer.BYTES)
            + LinuxAbi.controlSpace(LinuxAbi.IN6_PKTINFO_BYTES)
            + LinuxAbi.controlSpace(LinuxAbi.IN_PKTINFO_BYTES);

    private final PacketPool pool;
    private final MemorySegment messages;
    private final MemorySegment iovecs;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final MemorySegment staging;
    private final long messagesAddress;
    private final @Nullable PacketBuffer[] packets = new @Nullable PacketBuffer[SLOTS];
    private int offered;

    // What the control messages of the slot last parsed say.
    private int segmentBytes;
    private long stampNs;
    private long askedHigh;
    private long askedLow;

    ReceiveBatch(PacketPool pool, Arena arena) {
        this.pool = pool;
        messages = arena.allocate((long) SLOTS * LinuxAbi.MMSGHDR_BYTES, 64);
        iovecs = arena.allocate((long) SLOTS * IOVECS * LinuxAbi.IOVEC_BYTES, 64);
        names = arena.allocate((long) SLOTS * NAME_BYTES, 64);
        controls = arena.allocate((long) SLOTS * CONTROL_BYTES, 64);
        staging = arena.allocate((long) SLOTS * STAGING_BYTES, 64);
        messagesAddress = messages.address();
        for (int slot = 0; slot < SLOTS; slot++) {
            long iovec = (long) slot * IOVECS * LinuxAbi.IOVEC_BYTES;
            message(slot, LinuxAbi.MSG_NAME, names.address() + (long) slot * NAME_BYTES);
            message(slot, LinuxAbi.MSG_IOV, iovecs.address() + iovec);
            message(slot, LinuxAbi.MSG_IOV_LENGTH, IOVECS);
            message(slot, LinuxAbi.MSG_CONTROL, controls.address() + (long) slot * CONTROL_BYTES);
            iovecs.set(LinuxAbi.U64, iovec + LinuxAbi.IOVEC_LENGTH, PacketPool.PACKET_CAPACITY);
            iovecs.set(LinuxAbi.U64, iovec + LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_BASE, rest(slot));
            iovecs.set(LinuxAbi.U64, iovec + LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_LENGTH, SUPER_PACKET_BYTES);
        }
    }

    // --- around the call -------------------------------------------------------------------------------------------

    /** Makes {@code slots} slots ready. */
    void offer(int slots) {
        for (int slot = offered; slot < slots; slot++) {
            PacketBuffer packet = pool.acquire();
            packets[slot] = packet;
            long base = packet == null ? rest(slot) - PacketPool.PACKET_CAPACITY : packet.address();
            iovecs.set(LinuxAbi.U64, (long) slot * IOVECS * LinuxAbi.IOVEC_BYTES + LinuxAbi.IOVEC_BASE, base);
        }
        for (int slot = 0; slot < slots; slot++) {
            messages.set(LinuxAbi.U32, field(slot, LinuxAbi.MSG_NAME_LENGTH), NAME_BYTES);
            message(slot, LinuxAbi.MSG_CONTROL_LENGTH, CONTROL_BYTES);
        }
        offered = slots;
    }

    /** The mmsghdr structures. */
    long messages() {
        return messagesAddress;
    }

    /** Gives back the packets that nobody has taken. */
    void end() {
        for (int slot = 0; slot < offered; slot++) {
            PacketBuffer packet = packets[slot];
            if (packet != null) {
                packets[slot] = null;
                packet.release();
            }
        }
        offered = 0;
    }

    // --- one message -----------------------------------------------------------------------------------------------

    /** The bytes of a message, be it one datagram or several. */
    int length(int slot) {
        return messages.get(LinuxAbi.U32, field(slot, LinuxAbi.MMSG_LENGTH));
    }

    /** Whether something of a message or of its control messages was cut off. */
    boolean isTruncated(int slot) {
        int flags = messages.get(LinuxAbi.U32, field(slot, LinuxAbi.MSG_FLAGS));
        return (flags & (LinuxAbi.MSG_TRUNC | LinuxAbi.MSG_CTRUNC)) != 0;
    }

    boolean isIpv6(int slot) {
        return names.get(LinuxAbi.U16, (long) slot * NAME_BYTES) == LinuxAbi.AF_INET6;
    }

    int port(int slot) {
        return names.get(LinuxAbi.NET_U16, (long) slot * NAME_BYTES + LinuxAbi.SOCKADDR_PORT) & 0xFFFF;
    }

    int ipv4(int slot) {
        return names.get(LinuxAbi.NET_U32, (long) slot * NAME_BYTES + LinuxAbi.SOCKADDR_IN_ADDRESS);
    }

    long ipv6High(int slot) {
        return names.get(LinuxAbi.NET_U64, (long) slot * NAME_BYTES + LinuxAbi.SOCKADDR_IN6_ADDRESS);
    }

    long ipv6Low(int slot) {
        return names.get(LinuxAbi.NET_U64, (long) slot * NAME_BYTES + LinuxAbi.SOCKADDR_IN6_ADDRESS + 8);
    }

    int scope(int slot) {
        return names.get(LinuxAbi.U32, (long) slot * NAME_BYTES + LinuxAbi.SOCKADDR_IN6_SCOPE);
    }

    /** Takes a slot's packet with all its {@code bytes}, at most a packet's capacity; null if the pool was empty. */
    @Nullable
    PacketBuffer take(int slot, int bytes) {
        PacketBuffer packet = packets[slot];
        packets[slot] = null;
        if (packet != null) {
            packet.length(bytes);
            return packet;
        }
        return copy(slot, 0, bytes);
    }

    /** Brings a super-packet together in the staging memory, so that its segments can be copied from there. */
    void stage(int slot) {
        PacketBuffer packet = packets[slot];
        if (packet != null) {
            int bytes = Math.min(length(slot), PacketPool.PACKET_CAPACITY);
            packet.copyTo(0, staging, (long) slot * STAGING_BYTES, bytes);
        }
    }

    /** A packet with a copy of staged bytes, or null if the pool is empty. */
    @Nullable
    PacketBuffer copy(int slot, int offset, int bytes) {
        PacketBuffer packet = pool.acquire();
        if (packet != null) {
            packet.copyFrom(0, staging, (long) slot * STAGING_BYTES + offset, bytes);
            packet.length(bytes);
        }
        return packet;
    }

    // --- control messages ------------------------------------------------------------------------------------------

    /** Reads the control messages of a slot into the accessors below. */
    void parseControl(int slot) {
        segmentBytes = 0;
        stampNs = 0;
        askedHigh = 0;
        askedLow = 0;
        long at = (long) slot * CONTROL_BYTES;
        long end = at + messages.get(LinuxAbi.U64, field(slot, LinuxAbi.MSG_CONTROL_LENGTH));
        while (at + LinuxAbi.CMSG_DATA <= end) {
            parse(
                    controls.get(LinuxAbi.U32, at + LinuxAbi.CMSG_LEVEL),
                    controls.get(LinuxAbi.U32, at + LinuxAbi.CMSG_TYPE),
                    at + LinuxAbi.CMSG_DATA);
            at += controls.get(LinuxAbi.U64, at + LinuxAbi.CMSG_LENGTH) + 7 & -8;
        }
    }

    private void parse(int level, int type, long data) {
        if (level == LinuxAbi.SOL_SOCKET && type == LinuxAbi.SO_TIMESTAMPNS) {
            stampNs = controls.get(LinuxAbi.U64, data) * 1_000_000_000 + controls.get(LinuxAbi.U64, data + 8);
        } else if (level == LinuxAbi.SOL_UDP && type == LinuxAbi.UDP_GRO) {
            segmentBytes = controls.get(LinuxAbi.U32, data);
        } else if (level == LinuxAbi.IPPROTO_IP && type == LinuxAbi.IP_PKTINFO) {
            // spec_dst and not addr: a packet to a broadcast address cannot be answered from that.
            askedLow = mapped(controls.get(LinuxAbi.NET_U32, data + LinuxAbi.IN_PKTINFO_SPEC_DST));
        } else if (level == LinuxAbi.IPPROTO_IPV6 && type == LinuxAbi.IPV6_PKTINFO) {
            long high = controls.get(LinuxAbi.NET_U64, data + LinuxAbi.IN6_PKTINFO_ADDRESS);
            if (high >>> 56 != 0xFF) { // RFC 4291 §2.7: nothing is sent from a multicast address.
                askedHigh = high;
                askedLow = controls.get(LinuxAbi.NET_U64, data + LinuxAbi.IN6_PKTINFO_ADDRESS + 8);
            }
        }
    }

    /** The size of each datagram in a super-packet but the last, which may be shorter; 0 if it is one datagram. */
    int segmentBytes() {
        return segmentBytes;
    }

    /** When the kernel received it, in nanoseconds of the wall clock; 0 if it does not say. */
    long stampNs() {
        return stampNs;
    }

    /** The local address that it was sent to, as in TransportAddress; 0 if unknown. */
    long askedHigh() {
        return askedHigh;
    }

    long askedLow() {
        return askedLow;
    }

    /** The low half of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). */
    static long mapped(int ipv4) {
        return 0xFFFF_0000_0000L | ipv4 & 0xFFFF_FFFFL;
    }

    private long rest(int slot) {
        return staging.address() + (long) slot * STAGING_BYTES + PacketPool.PACKET_CAPACITY;
    }

    private static long field(int slot, int offset) {
        return (long) slot * LinuxAbi.MMSGHDR_BYTES + offset;
    }

    private void message(int slot, int offset, long value) {
        messages.set(LinuxAbi.U64, field(slot, offset), value);
    }
}

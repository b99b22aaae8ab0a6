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
    private final long messages;
    private final long iovecs;
    private final long names;
    private final long controls;
    private final MemorySegment staging;
    private final @Nullable PacketBuffer[] packets = new @Nullable PacketBuffer[SLOTS];
    private int offered;

    // What the control messages of the slot last parsed say.
    private int segmentBytes;
    private long stampNs;
    private long askedHigh;
    private long askedLow;

    ReceiveBatch(PacketPool pool, Arena arena) {
        this.pool = pool;
        messages = arena.allocate((long) SLOTS * LinuxAbi.MMSGHDR_BYTES, 64).address();
        iovecs =
                arena.allocate((long) SLOTS * IOVECS * LinuxAbi.IOVEC_BYTES, 64).address();
        names = arena.allocate((long) SLOTS * NAME_BYTES, 64).address();
        controls = arena.allocate((long) SLOTS * CONTROL_BYTES, 64).address();
        staging = arena.allocate((long) SLOTS * STAGING_BYTES, 64);
        for (int slot = 0; slot < SLOTS; slot++) {
            RawMemory.putLong(message(slot) + LinuxAbi.MSG_NAME, name(slot));
            RawMemory.putLong(message(slot) + LinuxAbi.MSG_IOV, iovec(slot));
            RawMemory.putLong(message(slot) + LinuxAbi.MSG_IOV_LENGTH, IOVECS);
            RawMemory.putLong(message(slot) + LinuxAbi.MSG_CONTROL, control(slot));
            RawMemory.putLong(iovec(slot) + LinuxAbi.IOVEC_LENGTH, PacketPool.PACKET_CAPACITY);
            long second = iovec(slot) + LinuxAbi.IOVEC_BYTES;
            long rest = staging.address() + staged(slot) + PacketPool.PACKET_CAPACITY;
            RawMemory.putLong(second + LinuxAbi.IOVEC_BASE, rest);
            RawMemory.putLong(second + LinuxAbi.IOVEC_LENGTH, SUPER_PACKET_BYTES);
        }
    }

    // --- around the call -------------------------------------------------------------------------------------------

    /** Makes {@code slots} slots ready. */
    void offer(int slots) {
        for (int slot = 0; slot < slots; slot++) {
            PacketBuffer packet = pool.acquire();
            packets[slot] = packet;
            long base = packet == null ? staging.address() + staged(slot) : packet.address();
            RawMemory.putLong(iovec(slot) + LinuxAbi.IOVEC_BASE, base);
            RawMemory.putInt(message(slot) + LinuxAbi.MSG_NAME_LENGTH, NAME_BYTES);
            RawMemory.putLong(message(slot) + LinuxAbi.MSG_CONTROL_LENGTH, CONTROL_BYTES);
        }
        offered = slots;
    }

    /** The mmsghdr structures. */
    long messages() {
        return messages;
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
        return RawMemory.getInt(message(slot) + LinuxAbi.MMSG_LENGTH);
    }

    /** Whether something of a message or of its control messages was cut off. */
    boolean isTruncated(int slot) {
        int flags = RawMemory.getInt(message(slot) + LinuxAbi.MSG_FLAGS);
        return (flags & (LinuxAbi.MSG_TRUNC | LinuxAbi.MSG_CTRUNC)) != 0;
    }

    boolean isIpv6(int slot) {
        return RawMemory.getShort(name(slot) + LinuxAbi.SOCKADDR_FAMILY) == LinuxAbi.AF_INET6;
    }

    int port(int slot) {
        return RawMemory.getNetShort(name(slot) + LinuxAbi.SOCKADDR_PORT);
    }

    int ipv4(int slot) {
        return RawMemory.getNetInt(name(slot) + LinuxAbi.SOCKADDR_IN_ADDRESS);
    }

    long ipv6High(int slot) {
        return RawMemory.getNetLong(name(slot) + LinuxAbi.SOCKADDR_IN6_ADDRESS);
    }

    long ipv6Low(int slot) {
        return RawMemory.getNetLong(name(slot) + LinuxAbi.SOCKADDR_IN6_ADDRESS + 8);
    }

    int scope(int slot) {
        return RawMemory.getInt(name(slot) + LinuxAbi.SOCKADDR_IN6_SCOPE);
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
            packet.copyTo(0, staging, staged(slot), bytes);
        }
    }

    /** A packet with a copy of staged bytes, or null if the pool is empty. */
    @Nullable
    PacketBuffer copy(int slot, int offset, int bytes) {
        PacketBuffer packet = pool.acquire();
        if (packet != null) {
            packet.copyFrom(0, staging, staged(slot) + offset, bytes);
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
        long at = control(slot);
        long end = at + RawMemory.getLong(message(slot) + LinuxAbi.MSG_CONTROL_LENGTH);
        while (at + LinuxAbi.CMSG_DATA <= end) {
            int level = RawMemory.getInt(at + LinuxAbi.CMSG_LEVEL);
            parse(level, RawMemory.getInt(at + LinuxAbi.CMSG_TYPE), at + LinuxAbi.CMSG_DATA);
            at += RawMemory.getLong(at + LinuxAbi.CMSG_LENGTH) + 7 & -8;
        }
    }

    private void parse(int level, int type, long data) {
        if (level == LinuxAbi.SOL_SOCKET && type == LinuxAbi.SO_TIMESTAMPNS) {
            stampNs = RawMemory.getLong(data) * 1_000_000_000 + RawMemory.getLong(data + 8);
        } else if (level == LinuxAbi.SOL_UDP && type == LinuxAbi.UDP_GRO) {
            segmentBytes = RawMemory.getInt(data);
        } else if (level == LinuxAbi.IPPROTO_IP && type == LinuxAbi.IP_PKTINFO) {
            // spec_dst and not addr: a packet to a broadcast address cannot be answered from that.
            askedLow = mapped(RawMemory.getNetInt(data + LinuxAbi.IN_PKTINFO_SPEC_DST));
        } else if (level == LinuxAbi.IPPROTO_IPV6 && type == LinuxAbi.IPV6_PKTINFO) {
            long high = RawMemory.getNetLong(data + LinuxAbi.IN6_PKTINFO_ADDRESS);
            if (high >>> 56 != 0xFF) { // RFC 4291 §2.7: nothing is sent from a multicast address.
                askedHigh = high;
                askedLow = RawMemory.getNetLong(data + LinuxAbi.IN6_PKTINFO_ADDRESS + 8);
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

    private long message(int slot) {
        return messages + (long) slot * LinuxAbi.MMSGHDR_BYTES;
    }

    private long iovec(int slot) {
        return iovecs + (long) slot * IOVECS * LinuxAbi.IOVEC_BYTES;
    }

    private long name(int slot) {
        return names + (long) slot * NAME_BYTES;
    }

    private long control(int slot) {
        return controls + (long) slot * CONTROL_BYTES;
    }

    /** Where a slot's staging memory begins. */
    private static long staged(int slot) {
        return (long) slot * STAGING_BYTES;
    }
}

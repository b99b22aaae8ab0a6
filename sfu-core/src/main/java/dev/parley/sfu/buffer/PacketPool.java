package dev.parley.sfu.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one shard: fixed-size off-heap buffers, handed out and taken back by the shard's thread alone.
 *
 * <p>Memory is taken in slabs as the pool is used and is bounded by {@code maxPackets}; an empty pool refuses, which
 * callers count as a drop. Closing the pool frees the memory at once.
 *
 * <p>With the system property {@link #LEAK_TRACING} a pool notes where each packet is acquired, and closing it while
 * packets are held fails with those places. All tests run so; a server does not.
 */
public final class PacketPool implements AutoCloseable {
    /** Room for an Ethernet packet with SRTP and retransmission overhead, in bytes. */
    public static final int PACKET_CAPACITY = 2_048;

    /** Set to {@code true} when a pool is made, it traces leaks: garbage and a stack trace for each packet. */
    public static final String LEAK_TRACING = "parley.leak-tracing";

    private static final int SLAB_PACKETS = 256;
    /** Places told of one pool's leaks: all packets of a leak come from one or two. */
    private static final int MAX_PLACES = 8;

    private final Arena arena;
    private final PacketBuffer[] free;
    private final int maxPackets;
    private final boolean tracing = Boolean.getBoolean(LEAK_TRACING);
    /** Every packet there is; only kept while tracing. */
    private final List<PacketBuffer> traced = new ArrayList<>();

    private int freeCount;
    private int created;

    private PacketPool(Arena arena, int maxPackets) {
        this.arena = arena;
        this.maxPackets = maxPackets;
        this.free = new PacketBuffer[maxPackets];
    }

    /** A pool of at most {@code maxPackets} buffers of {@link #PACKET_CAPACITY} bytes, to be closed by its owner. */
    public static PacketPool bounded(int maxPackets) {
        if (maxPackets < 1) {
            throw new IllegalArgumentException("a pool needs at least one packet, got " + maxPackets);
        }
        return new PacketPool(Arena.ofShared(), maxPackets);
    }

    /** A buffer of length 0 with one reference, or {@code null} when all are in use. */
    public @Nullable PacketBuffer acquire() {
        if (freeCount == 0 && !addSlab()) {
            return null;
        }
        PacketBuffer packet = free[--freeCount];
        packet.reset();
        if (tracing) {
            packet.acquiredAt(new Acquisition());
        }
        return packet;
    }

    /**
     * Memory of {@code bytes} bytes for somebody to write packets into, one after the other. It is not one of the pool's
     * packets, and is freed with the pool.
     */
    public PacketBuffer window(int bytes) {
        return new PacketBuffer(this, arena.allocate(bytes, 64));
    }

    /** Buffers that somebody holds now. */
    public int outstanding() {
        return created - freeCount;
    }

    public int maxPackets() {
        return maxPackets;
    }

    void giveBack(PacketBuffer packet) {
        free[freeCount++] = packet;
    }

    private boolean addSlab() {
        int packets = Math.min(SLAB_PACKETS, maxPackets - created);
        if (packets == 0) {
            return false;
        }
        MemorySegment slab = arena.allocate((long) packets * PACKET_CAPACITY, 64);
        for (int i = 0; i < packets; i++) {
            MemorySegment memory = slab.asSlice((long) i * PACKET_CAPACITY, PACKET_CAPACITY);
            PacketBuffer packet = new PacketBuffer(this, memory);
            free[freeCount++] = packet;
            if (tracing) {
                traced.add(packet);
            }
        }
        created += packets;
        return true;
    }

    /**
     * Frees the memory.
     *
     * @throws PacketLeakException if packets are held and the pool traces leaks
     */
    @Override
    public void close() {
        arena.close();
        if (tracing && outstanding() > 0) {
            throw leaked();
        }
    }

    private PacketLeakException leaked() {
        PacketLeakException leak = new PacketLeakException(outstanding());
        Set<List<StackTraceElement>> places = new HashSet<>();
        for (PacketBuffer packet : traced) {
            Throwable acquisition = packet.acquiredAt();
            if (packet.isHeld() && acquisition != null && places.add(List.of(acquisition.getStackTrace()))) {
                leak.addSuppressed(acquisition);
            }
            if (places.size() == MAX_PLACES) {
                break;
            }
        }
        return leak;
    }

    /** Where a packet was acquired. */
    private static final class Acquisition extends Throwable {
        private static final long serialVersionUID = 1L;

        Acquisition() {
            super("acquired here", null, false, true);
        }
    }
}

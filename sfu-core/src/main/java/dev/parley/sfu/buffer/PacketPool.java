package dev.parley.sfu.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one shard: fixed-size off-heap buffers, handed out and taken back by the shard's thread alone.
 *
 * <p>Memory is taken in slabs as the pool is used and is bounded by {@code maxPackets}; an empty pool refuses, which
 * callers count as a drop. Closing the pool frees the memory at once.
 */
public final class PacketPool implements AutoCloseable {
    /** Room for an Ethernet packet with SRTP and retransmission overhead, in bytes. */
    public static final int PACKET_CAPACITY = 2_048;

    private static final int SLAB_PACKETS = 256;

    private final Arena arena;
    private final PacketBuffer[] free;
    private final int maxPackets;
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
        return packet;
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
            free[freeCount++] = new PacketBuffer(this, memory);
        }
        created += packets;
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}

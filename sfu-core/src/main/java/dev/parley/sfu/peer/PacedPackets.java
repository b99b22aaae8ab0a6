package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.stream.OutgoingPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packets that wait for the pacers of a shard's peers: of each the head, and a reference to its source. All peers share the
 * places, which are made as they are needed, as few wait at a time. Owned by the shard.
 */
final class PacedPackets {
    /** What a shard lets wait: a second of 40 Mbit/s. */
    static final int MAX_PACKETS = 4_096;
    /** Most heads have 24 bytes; one with a whole dependency structure fits. */
    private static final int HEAD_CAPACITY = 512;

    private static final int STEP = 64;

    private final PacketPool pool;
    private @Nullable OutgoingPacket[] packets = {};
    private int[] free = {};
    private int freeCount;

    PacedPackets(PacketPool pool) {
        this.pool = pool;
    }

    /** Copies the packet's head and retains its source; returns its place, or {@link Pacer#NONE} when there is none. */
    int put(OutgoingPacket packet) {
        if (packet.headLength() > HEAD_CAPACITY || freeCount == 0 && !grow()) {
            return Pacer.NONE;
        }
        int place = free[--freeCount];
        OutgoingPacket kept = at(place);
        kept.copy(packet);
        kept.source().retain();
        return place;
    }

    /** What waits at a place. */
    OutgoingPacket at(int place) {
        OutgoingPacket packet = packets[place];
        if (packet == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return packet;
    }

    /** The packet has been passed on, or is not wanted any more. */
    void remove(int place) {
        at(place).source().release();
        free[freeCount++] = place;
    }

    private boolean grow() {
        int from = packets.length;
        if (from == MAX_PACKETS) {
            return false;
        }
        packets = Arrays.copyOf(packets, from + STEP);
        free = Arrays.copyOf(free, from + STEP);
        for (int i = from; i < packets.length; i++) {
            packets[i] = new OutgoingPacket(pool.window(HEAD_CAPACITY));
            free[freeCount++] = i;
        }
        return true;
    }
}

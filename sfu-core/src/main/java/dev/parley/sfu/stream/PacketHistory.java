package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The packets of a publisher's stream that receivers may ask for again (RFC 4588 §2), owned by the shard. All receivers
 * share it: a {@link SentSpans} says which of these packets an outgoing number was.
 *
 * <p>A ring indexed by the low bits of the publisher's sequence number. Packets leave by age, which {@link #expire} sees to,
 * by count, or with {@link #clear()}. It starts small, and doubles up to its maximum when packets that are still young would be
 * overwritten.
 */
final class PacketHistory {
    /** What {@link #find} says when the packet is not here (any more). */
    static final int MISS = -1;

    private final int initialCapacity;
    private final int maxCapacity;
    private final long maxAgeNs;

    private @Nullable PacketBuffer[] packets = {};
    private @Nullable RtpExtensionMap[] extensions = {};
    private long[] sequences = {};
    private long[] storedNs = {};

    private boolean started;
    private boolean closed;
    private long oldest;
    private long newest;

    PacketHistory(int initialCapacity, int maxCapacity, long maxAgeNs) {
        if (Integer.bitCount(initialCapacity) != 1 || Integer.bitCount(maxCapacity) != 1) {
            throw new IllegalArgumentException("capacities must be powers of two");
        }
        this.initialCapacity = initialCapacity;
        this.maxCapacity = maxCapacity;
        this.maxAgeNs = maxAgeNs;
    }

    /**
     * Retains a packet that has just been sent to somebody.
     *
     * @param sequence unwrapped sequence number of the publisher
     * @param extensionMap what the ids of its header extensions mean
     */
    void store(PacketBuffer packet, RtpExtensionMap extensionMap, long sequence, long nowNs) {
        if (closed) {
            return; // The stream ended within this turn.
        }
        if (packets.length == 0) {
            resize(initialCapacity);
        }
        if (!started || sequence - newest >= packets.length) {
            makeRoom(sequence);
        } else if (sequence > newest) {
            growOrEvict(sequence);
        } else if (newest - sequence >= packets.length) {
            return;
        }
        newest = Math.max(newest, sequence);
        oldest = Math.min(oldest, sequence);
        int slot = slot(sequence);
        release(slot);
        packets[slot] = packet.retain();
        extensions[slot] = extensionMap;
        sequences[slot] = sequence;
        storedNs[slot] = nowNs;
    }

    /** The slot of a packet for the accessors, valid until the next {@link #store}, or {@link #MISS}. */
    int find(long sequence, long nowNs) {
        if (!started || sequence > newest || newest - sequence >= packets.length) {
            return MISS;
        }
        int slot = slot(sequence);
        return holds(slot, sequence) && nowNs - storedNs[slot] <= maxAgeNs ? slot : MISS;
    }

    /** Whether a packet that is not found will not be found later either: those about its time are gone already. */
    boolean isPast(long sequence) {
        return started && sequence < oldest;
    }

    PacketBuffer packet(int slot) {
        PacketBuffer packet = packets[slot];
        if (packet == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return packet;
    }

    RtpExtensionMap extensions(int slot) {
        RtpExtensionMap map = extensions[slot];
        if (map == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return map;
    }

    /** Releases what is too old to be asked for. */
    void expire(long nowNs) {
        while (started && oldest <= newest) {
            int slot = slot(oldest);
            if (holds(slot, oldest)) {
                if (nowNs - storedNs[slot] <= maxAgeNs) {
                    return;
                }
                release(slot);
            }
            oldest++;
        }
    }

    /** Releases everything. */
    void clear() {
        for (int slot = 0; slot < packets.length; slot++) {
            release(slot);
        }
        started = false;
    }

    /** Releases everything, and takes nothing more. */
    void close() {
        clear();
        closed = true;
    }

    boolean isEmpty() {
        return !started || oldest > newest;
    }

    int capacity() {
        return packets.length;
    }

    /** Packets held now; counts slot by slot, for tests. */
    int size() {
        int size = 0;
        for (PacketBuffer packet : packets) {
            size += packet == null ? 0 : 1;
        }
        return size;
    }

    /** The first packet, or one so far ahead that nothing of the ring survives it. */
    private void makeRoom(long sequence) {
        clear();
        started = true;
        oldest = sequence;
        newest = sequence;
    }

    private void growOrEvict(long sequence) {
        while (sequence - oldest >= packets.length && packets.length < maxCapacity) {
            grow();
        }
        while (sequence - oldest >= packets.length) {
            if (holds(slot(oldest), oldest)) {
                release(slot(oldest));
            }
            oldest++;
        }
    }

    private void grow() {
        int from = packets.length;
        resize(from * 2);
        // With one more bit in the mask an entry belongs either where it is or exactly `from` further.
        for (int slot = 0; slot < from; slot++) {
            if (packets[slot] != null && (sequences[slot] & from) != 0) {
                int to = slot + from;
                packets[to] = packets[slot];
                packets[slot] = null;
                extensions[to] = extensions[slot];
                sequences[to] = sequences[slot];
                storedNs[to] = storedNs[slot];
            }
        }
    }

    private void resize(int capacity) {
        packets = Arrays.copyOf(packets, capacity);
        extensions = Arrays.copyOf(extensions, capacity);
        sequences = Arrays.copyOf(sequences, capacity);
        storedNs = Arrays.copyOf(storedNs, capacity);
    }

    private int slot(long sequence) {
        return (int) sequence & (packets.length - 1);
    }

    private boolean holds(int slot, long sequence) {
        return packets[slot] != null && sequences[slot] == sequence;
    }

    private void release(int slot) {
        PacketBuffer packet = packets[slot];
        if (packet != null) {
            packets[slot] = null;
            packet.release();
        }
    }
}

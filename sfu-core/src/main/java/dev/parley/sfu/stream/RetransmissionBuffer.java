package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The packets that one outgoing stream may be asked for again (RFC 4588 §2), owned by the shard.
 *
 * <p>A ring indexed by the low bits of the outgoing sequence number. It keeps the shared decrypted source packets, one
 * reference each, and beside them what this receiver's header said, so that a retransmission can be written anew: one
 * packet in memory serves every receiver. Packets leave by age, by count, or with {@link #close()}.
 *
 * <p>The ring starts small and doubles up to its maximum when packets that are still young would be overwritten. What is
 * known of a packet is packed into two longs, since every outgoing packet writes an entry, and those of all receivers
 * together ought to fit the processor's cache: in nine arrays of 2,048 they cost 50 ns a packet, so packed 15.
 */
final class RetransmissionBuffer {
    /** What {@link #find} says when the packet is not here (any more). */
    static final int MISS = -1;
    /** What {@link #find} says when the packet was sent again less than a round trip ago. */
    static final int THROTTLED = -2;
    /** Stands for "the packet has no such field". */
    static final int NONE = -1;

    /** Two asks closer than this are one ask that was repeated, whatever the round trip. */
    private static final long MIN_THROTTLE_NS = 10_000_000L;

    // The first long of an entry: the timestamp above, the time of storing in ticks below. The second, from the top:
    // 15 bits of sequence number, whether there is a frame number, the frame number, whether there is no picture id,
    // the picture id, TL0PICIDX, the marker, the payload type of a retransmission.
    private static final int SEQUENCE_SHIFT = 49;
    private static final int SEQUENCE_MASK = 0x7FFF;
    private static final long HAS_FRAME_NUMBER = 1L << 48;
    private static final int FRAME_NUMBER_SHIFT = 32;
    private static final int NO_PICTURE_ID = 1 << 31;
    private static final int PICTURE_ID_SHIFT = 16;
    private static final int PICTURE_ID_MASK = 0x7FFF;
    private static final int TL0_SHIFT = 8;
    private static final int MARKER = 0x80;
    private static final int TICK_SHIFT = 10;

    /** Sequence numbers sent again lately that are remembered. */
    private static final int SENT_AGAIN = 256;

    private static final long[] NOTHING = {};

    private final int maxCapacity;
    private final int maxAgeTicks;

    private @Nullable PacketBuffer[] packets;
    private @Nullable RtpExtensionMap[] extensionMaps;
    private long[] entries;
    /** When a number was last sent again, by its low bits: ticks above, the number and one more below. */
    private long[] sentAgain = NOTHING;

    private boolean started;
    private long oldest;
    private long newest;

    RetransmissionBuffer(int initialCapacity, int maxCapacity, long maxAgeNs) {
        if (Integer.bitCount(initialCapacity) != 1 || Integer.bitCount(maxCapacity) != 1) {
            throw new IllegalArgumentException("capacities must be powers of two");
        }
        this.maxCapacity = maxCapacity;
        this.maxAgeTicks = ticks(maxAgeNs);
        packets = new @Nullable PacketBuffer[initialCapacity];
        extensionMaps = new @Nullable RtpExtensionMap[initialCapacity];
        entries = new long[2 * initialCapacity];
    }

    /** About a microsecond each; cut off, so only differences mean anything. */
    private static int ticks(long ns) {
        return (int) (ns >> TICK_SHIFT);
    }

    /**
     * Retains a packet that has just been sent.
     *
     * @param sequence unwrapped outgoing sequence number
     * @param rtxPayloadType the receiver's payload type for retransmissions of this packet
     * @param pictureId outgoing VP8 picture id, or {@link #NONE} when the payload was sent as it is
     * @param tl0PicIdx outgoing TL0PICIDX, of meaning only with a picture id
     * @param frameNumber outgoing frame number of the dependency descriptor, or {@link #NONE} without one
     */
    @SuppressWarnings("ReferenceEquality") // Only to spare the write, which the collector would have to hear of.
    void store(
            PacketBuffer packet,
            RtpExtensionMap extensionMap,
            long sequence,
            int timestamp,
            boolean marker,
            int rtxPayloadType,
            int pictureId,
            int tl0PicIdx,
            int frameNumber,
            long nowNs) {
        expire(nowNs);
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
        if (extensionMaps[slot] != extensionMap) {
            extensionMaps[slot] = extensionMap;
        }
        entries[2 * slot] = (long) timestamp << 32 | ticks(nowNs) & 0xFFFF_FFFFL;
        int low = pictureId == NONE ? NO_PICTURE_ID : (pictureId & PICTURE_ID_MASK) << PICTURE_ID_SHIFT;
        low |= (tl0PicIdx & 0xFF) << TL0_SHIFT | (marker ? MARKER : 0) | rtxPayloadType;
        long high = frameNumber == NONE ? 0 : HAS_FRAME_NUMBER | (long) frameNumber << FRAME_NUMBER_SHIFT;
        entries[2 * slot + 1] = sequence << SEQUENCE_SHIFT | high | low & 0xFFFF_FFFFL;
    }

    /**
     * Looks for a packet that was asked for, and counts it as sent again.
     *
     * @param sequence16 the sequence number in the NACK
     * @return the slot for the accessors, valid until the next {@link #store}; {@link #MISS}; or {@link #THROTTLED}
     */
    int find(int sequence16, long nowNs, long rttNs) {
        if (!started) {
            return MISS;
        }
        long sequence = newest + (short) (sequence16 - (int) newest);
        int slot = slot(sequence);
        boolean inRing = sequence <= newest && newest - sequence < packets.length;
        if (!inRing || !holds(slot, sequence) || age(slot, nowNs) > maxAgeTicks) {
            return MISS;
        }
        return wasSentAgain(sequence16, nowNs, Math.max(MIN_THROTTLE_NS, rttNs)) ? THROTTLED : slot;
    }

    /** Whether the number was sent again less than {@code withinNs} ago; if not, it counts as sent again now. */
    private boolean wasSentAgain(int sequence16, long nowNs, long withinNs) {
        if (sentAgain.length == 0) {
            sentAgain = new long[SENT_AGAIN];
        }
        int place = sequence16 & SENT_AGAIN - 1;
        int key = (sequence16 & 0xFFFF) + 1;
        long last = sentAgain[place];
        if ((int) last == key && ticks(nowNs) - (int) (last >>> 32) < ticks(withinNs)) {
            return true;
        }
        sentAgain[place] = (long) ticks(nowNs) << 32 | key;
        return false;
    }

    private int age(int slot, long nowNs) {
        return ticks(nowNs) - (int) entries[2 * slot];
    }

    private int sequence15(int slot) {
        return (int) (entries[2 * slot + 1] >>> SEQUENCE_SHIFT);
    }

    PacketBuffer packet(int slot) {
        PacketBuffer packet = packets[slot];
        if (packet == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return packet;
    }

    RtpExtensionMap extensionMap(int slot) {
        RtpExtensionMap map = extensionMaps[slot];
        if (map == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return map;
    }

    int timestamp(int slot) {
        return (int) (entries[2 * slot] >>> 32);
    }

    boolean marker(int slot) {
        return (entries[2 * slot + 1] & MARKER) != 0;
    }

    int rtxPayloadType(int slot) {
        return (int) entries[2 * slot + 1] & 0x7F;
    }

    int pictureId(int slot) {
        int low = (int) entries[2 * slot + 1];
        return (low & NO_PICTURE_ID) != 0 ? NONE : low >>> PICTURE_ID_SHIFT;
    }

    int tl0PicIdx(int slot) {
        return (int) entries[2 * slot + 1] >>> TL0_SHIFT & 0xFF;
    }

    int frameNumber(int slot) {
        long entry = entries[2 * slot + 1];
        return (entry & HAS_FRAME_NUMBER) == 0 ? NONE : (int) (entry >>> FRAME_NUMBER_SHIFT) & 0xFFFF;
    }

    /** Releases what is older than the buffer's age. */
    void expire(long nowNs) {
        while (started && oldest <= newest) {
            int slot = slot(oldest);
            if (holds(slot, oldest)) {
                if (age(slot, nowNs) <= maxAgeTicks) {
                    return;
                }
                release(slot);
            }
            oldest++;
        }
    }

    /** Releases everything; the buffer can be used again. */
    void close() {
        for (int slot = 0; slot < packets.length; slot++) {
            release(slot);
        }
        started = false;
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
        close();
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
        packets = Arrays.copyOf(packets, from * 2);
        extensionMaps = Arrays.copyOf(extensionMaps, from * 2);
        entries = Arrays.copyOf(entries, from * 4);
        // With one more bit in the mask an entry belongs either where it is or exactly `from` further.
        for (int slot = 0; slot < from; slot++) {
            if (packets[slot] != null && (sequence15(slot) & from) != 0) {
                move(slot, slot + from);
            }
        }
    }

    private void move(int from, int to) {
        packets[to] = packets[from];
        packets[from] = null;
        extensionMaps[to] = extensionMaps[from];
        System.arraycopy(entries, 2 * from, entries, 2 * to, 2);
    }

    private int slot(long sequence) {
        return (int) sequence & (packets.length - 1);
    }

    private boolean holds(int slot, long sequence) {
        return packets[slot] != null && sequence15(slot) == ((int) sequence & SEQUENCE_MASK);
    }

    private void release(int slot) {
        PacketBuffer packet = packets[slot];
        if (packet != null) {
            packets[slot] = null;
            packet.release();
        }
    }
}

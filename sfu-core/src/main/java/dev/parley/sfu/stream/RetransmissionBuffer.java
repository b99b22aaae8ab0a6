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
 * <p>The ring starts small and doubles up to its maximum when packets that are still young would be overwritten.
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

    private final int maxCapacity;
    private final long maxAgeNs;

    private @Nullable PacketBuffer[] packets;
    private @Nullable RtpExtensionMap[] extensionMaps;
    private long[] sequences;
    private int[] timestamps;
    /** Marker in bit 7 and the payload type of a retransmission below, as in its header. */
    private byte[] payloadTypes;

    private int[] pictureIds;
    private int[] tl0PicIdxs;
    private int[] frameNumbers;
    private long[] storedNs;
    private long[] sentAgainNs;

    private boolean started;
    private long oldest;
    private long newest;

    RetransmissionBuffer(int initialCapacity, int maxCapacity, long maxAgeNs) {
        if (Integer.bitCount(initialCapacity) != 1 || Integer.bitCount(maxCapacity) != 1) {
            throw new IllegalArgumentException("capacities must be powers of two");
        }
        this.maxCapacity = maxCapacity;
        this.maxAgeNs = maxAgeNs;
        packets = new @Nullable PacketBuffer[initialCapacity];
        extensionMaps = new @Nullable RtpExtensionMap[initialCapacity];
        sequences = new long[initialCapacity];
        timestamps = new int[initialCapacity];
        payloadTypes = new byte[initialCapacity];
        pictureIds = new int[initialCapacity];
        tl0PicIdxs = new int[initialCapacity];
        frameNumbers = new int[initialCapacity];
        storedNs = new long[initialCapacity];
        sentAgainNs = new long[initialCapacity];
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
        extensionMaps[slot] = extensionMap;
        sequences[slot] = sequence;
        timestamps[slot] = timestamp;
        payloadTypes[slot] = (byte) (marker ? 0x80 | rtxPayloadType : rtxPayloadType);
        pictureIds[slot] = pictureId;
        tl0PicIdxs[slot] = tl0PicIdx;
        frameNumbers[slot] = frameNumber;
        storedNs[slot] = nowNs;
        sentAgainNs[slot] = Long.MIN_VALUE;
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
        if (packets[slot] == null || sequences[slot] != sequence || nowNs - storedNs[slot] > maxAgeNs) {
            return MISS;
        }
        long againNs = sentAgainNs[slot];
        if (againNs != Long.MIN_VALUE && nowNs - againNs < Math.max(MIN_THROTTLE_NS, rttNs)) {
            return THROTTLED;
        }
        sentAgainNs[slot] = nowNs;
        return slot;
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
        return timestamps[slot];
    }

    boolean marker(int slot) {
        return payloadTypes[slot] < 0;
    }

    int rtxPayloadType(int slot) {
        return payloadTypes[slot] & 0x7F;
    }

    int pictureId(int slot) {
        return pictureIds[slot];
    }

    int tl0PicIdx(int slot) {
        return tl0PicIdxs[slot];
    }

    int frameNumber(int slot) {
        return frameNumbers[slot];
    }

    /** Releases what is older than the buffer's age. */
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
        sequences = Arrays.copyOf(sequences, from * 2);
        timestamps = Arrays.copyOf(timestamps, from * 2);
        payloadTypes = Arrays.copyOf(payloadTypes, from * 2);
        pictureIds = Arrays.copyOf(pictureIds, from * 2);
        tl0PicIdxs = Arrays.copyOf(tl0PicIdxs, from * 2);
        frameNumbers = Arrays.copyOf(frameNumbers, from * 2);
        storedNs = Arrays.copyOf(storedNs, from * 2);
        sentAgainNs = Arrays.copyOf(sentAgainNs, from * 2);
        // With one more bit in the mask an entry belongs either where it is or exactly `from` further.
        for (int slot = 0; slot < from; slot++) {
            if (packets[slot] != null && slot(sequences[slot]) != slot) {
                move(slot, slot + from);
            }
        }
    }

    private void move(int from, int to) {
        packets[to] = packets[from];
        packets[from] = null;
        extensionMaps[to] = extensionMaps[from];
        sequences[to] = sequences[from];
        timestamps[to] = timestamps[from];
        payloadTypes[to] = payloadTypes[from];
        pictureIds[to] = pictureIds[from];
        tl0PicIdxs[to] = tl0PicIdxs[from];
        frameNumbers[to] = frameNumbers[from];
        storedNs[to] = storedNs[from];
        sentAgainNs[to] = sentAgainNs[from];
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

package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * Writes a dependency descriptor anew for a receiver that gets other frame numbers, and fewer decode targets, than were
 * sent (AV1 RTP specification §A.8.2). Reused by the shard's thread.
 *
 * <p>Everything else is copied bit by bit: templates, custom dependencies and chains go on as they came.
 */
public final class DescriptorWriter {
    private static final int MANDATORY_BITS = 8 * DependencyDescriptor.MANDATORY_LENGTH;
    private static final int FLAG_BITS = 5;
    private static final int ACTIVE_TARGETS_FLAG = 0x40;
    /** RFC 8285 §4.3: what one element can hold. */
    private static final int MAX_LENGTH = 255;

    private final byte[] bytes = new byte[MAX_LENGTH];
    private int bit;

    /**
     * Writes the descriptor at {@code offset} of a packet with another frame number and with these active decode targets.
     *
     * @param activeBit where they are or would be: {@link DependencyDescriptor#activeTargetsBit()}, not below 0
     * @param activeBits how many bits they take there: {@link DependencyDescriptor#activeTargetsBits()}
     * @param targetCount decode targets of the structure
     * @return the length in bytes, or 0 when it would not fit into one element
     */
    public int write(
            PacketBuffer packet,
            int offset,
            int length,
            int frameNumber,
            int activeBit,
            int activeBits,
            int targetCount,
            int activeTargets) {
        boolean extended = length > DependencyDescriptor.MANDATORY_LENGTH;
        int endBit = extended ? 8 * length : activeBit;
        int head = Math.max(activeBit, MANDATORY_BITS + FLAG_BITS);
        int total = head + targetCount + Math.max(0, endBit - activeBit - activeBits);
        int totalBytes = (total + 7) / 8;
        if (totalBytes > MAX_LENGTH) {
            return 0;
        }
        bytes[totalBytes - 1] = 0;
        bytes[0] = (byte) packet.u8(offset);
        bytes[1] = (byte) (frameNumber >>> 8);
        bytes[2] = (byte) frameNumber;
        bytes[3] = 0;
        bit = MANDATORY_BITS;
        if (extended) {
            copy(packet, 8 * offset + MANDATORY_BITS, activeBit - MANDATORY_BITS);
        } else {
            put(0, FLAG_BITS);
        }
        bytes[3] |= ACTIVE_TARGETS_FLAG;
        put(activeTargets, targetCount);
        if (extended) {
            copy(packet, 8 * offset + activeBit + activeBits, endBit - activeBit - activeBits);
        }
        return totalBytes;
    }

    /** What was written last; valid until the next {@code write}. */
    public byte[] bytes() {
        return bytes;
    }

    private void copy(PacketBuffer packet, int fromBit, int count) {
        int from = fromBit;
        int left = count;
        while (left > 0) {
            int take = Math.min(8 - (from & 7), left);
            put(packet.u8(from >> 3) >>> 8 - (from & 7) - take, take);
            from += take;
            left -= take;
        }
    }

    /** Appends the lowest {@code count} bits of a value. */
    private void put(int value, int count) {
        int left = count;
        while (left > 0) {
            int free = 8 - (bit & 7);
            int take = Math.min(free, left);
            int part = value >>> left - take & (1 << take) - 1;
            int at = bit >> 3;
            int kept = (bit & 7) == 0 ? 0 : bytes[at];
            bytes[at] = (byte) (kept | part << free - take);
            bit += take;
            left -= take;
        }
    }
}

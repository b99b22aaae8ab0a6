package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * The payload of redundant audio (RFC 2198 §3), which repeats what packets before it have carried: the heads of all
 * blocks, then their data, the oldest first. The last block, the primary, is what the packet would hold without
 * redundancy. Reused by the shard's thread.
 *
 * <pre>
 * |1| payload type, 7 | timestamp offset, 14 | length, 10 |   of each redundant block
 * |0| payload type, 7 |                                       of the primary, which has the rest
 * </pre>
 */
public final class RedPayload {
    /** Redundant blocks that are read; what has more is refused. Browsers send one, and nine at most. */
    public static final int MAX_REDUNDANT = 31;

    private static final int FOLLOWED = 0x80;
    private static final int PAYLOAD_TYPE = 0x7F;
    private static final int HEAD_LENGTH = 4;
    private static final int LENGTH_BITS = 10;
    private static final int TIMESTAMP_OFFSET = 0x3FFF;

    /** The heads of the redundant blocks, as they lie in the packet. */
    private final int[] heads = new int[MAX_REDUNDANT];

    private final int[] offsets = new int[MAX_REDUNDANT];
    private int redundant;
    private int primaryPayloadType;
    private int primaryOffset;
    private int primaryLength;

    /** Reads the blocks of a packet's payload. False when it is too short for what its heads say. */
    public boolean wrap(RtpPacket rtp) {
        return wrap(rtp.packet(), rtp.payloadOffset(), rtp.payloadLength());
    }

    public boolean wrap(PacketBuffer packet, int payloadOffset, int payloadLength) {
        redundant = 0;
        int end = payloadOffset + payloadLength;
        int at = payloadOffset;
        while (at < end && (packet.u8(at) & FOLLOWED) != 0) {
            if (end - at < HEAD_LENGTH || redundant == MAX_REDUNDANT) {
                return false;
            }
            heads[redundant++] = packet.i32(at);
            at += HEAD_LENGTH;
        }
        if (at >= end) {
            return false;
        }
        primaryPayloadType = packet.u8(at++) & PAYLOAD_TYPE;
        for (int i = 0; i < redundant; i++) {
            offsets[i] = at;
            at += length(i);
        }
        primaryOffset = at;
        primaryLength = end - at;
        return primaryLength >= 0;
    }

    public int primaryPayloadType() {
        return primaryPayloadType;
    }

    /** Where in the packet the primary block begins. */
    public int primaryOffset() {
        return primaryOffset;
    }

    /** In bytes; 0 where nothing but redundancy is sent. */
    public int primaryLength() {
        return primaryLength;
    }

    /** How many redundant blocks there are; block 0 is the oldest. */
    public int redundantCount() {
        return redundant;
    }

    public int payloadType(int block) {
        return heads[block] >>> 24 & PAYLOAD_TYPE;
    }

    /** How much earlier than the packet's own the block's timestamp is. */
    public int timestampOffset(int block) {
        return heads[block] >>> LENGTH_BITS & TIMESTAMP_OFFSET;
    }

    /** Where in the packet a redundant block begins. */
    public int offset(int block) {
        return offsets[block];
    }

    /** In bytes. */
    public int length(int block) {
        return heads[block] & (1 << LENGTH_BITS) - 1;
    }
}

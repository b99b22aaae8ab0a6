package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An extended report (RFC 3611), read for the two blocks by which a receiver measures its round trip: its reference
 * time (§4.4) and the answers to it (§4.5). Other blocks are passed over. Valid as long as its reader.
 */
public final class Xr {
    public static final int RECEIVER_REFERENCE_TIME = 4;
    public static final int DLRR = 5;

    static final int HEADER_LENGTH = 8;
    static final int BLOCK_HEADER_LENGTH = 4;
    static final int RRTR_LENGTH = 12;
    static final int DLRR_ENTRY_LENGTH = 12;

    private @Nullable PacketBuffer packet;
    private int ssrc;
    private int next;
    private int end;
    private int block;
    private int blockLength;
    private int blockType;

    /** Looks at the reader's current packet, before its first block. False when it is no extended report. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        if (reader.kind() != RtcpKind.XR || reader.length() < HEADER_LENGTH) {
            return false;
        }
        packet = reader.packet();
        ssrc = reader.ssrc();
        next = reader.offset() + HEADER_LENGTH;
        end = reader.offset() + reader.length();
        return true;
    }

    /** Moves to the next block of a sound length; false after the last, or at one that runs over the end. */
    public boolean nextBlock() {
        PacketBuffer buffer = packet;
        while (buffer != null && end - next >= BLOCK_HEADER_LENGTH) {
            block = next;
            blockType = buffer.u8(block);
            blockLength = BLOCK_HEADER_LENGTH + 4 * buffer.u16(block + 2);
            if (blockLength > end - block) {
                break;
            }
            next = block + blockLength;
            if (isSound()) {
                return true;
            }
        }
        next = end;
        blockType = 0;
        return false;
    }

    private boolean isSound() {
        return switch (blockType) {
            case RECEIVER_REFERENCE_TIME -> blockLength == RRTR_LENGTH;
            case DLRR -> (blockLength - BLOCK_HEADER_LENGTH) % DLRR_ENTRY_LENGTH == 0;
            default -> true;
        };
    }

    /** Who sent the report. */
    public int ssrc() {
        return ssrc;
    }

    public int blockType() {
        return blockType;
    }

    /** The sender's time as seconds since 1900 in 32.32 fixed point; of a {@link #RECEIVER_REFERENCE_TIME} block. */
    public long referenceTime() {
        if (blockType != RECEIVER_REFERENCE_TIME) {
            throw new IllegalStateException("block type " + blockType + " has no reference time");
        }
        return Objects.requireNonNull(packet).i64(block + BLOCK_HEADER_LENGTH);
    }

    /** Entries of a {@link #DLRR} block, 0 for another. */
    public int dlrrCount() {
        return blockType == DLRR ? (blockLength - BLOCK_HEADER_LENGTH) / DLRR_ENTRY_LENGTH : 0;
    }

    /** The receiver that an entry answers. */
    public int dlrrSsrc(int index) {
        return Objects.requireNonNull(packet).i32(dlrrOffset(index));
    }

    /** The middle 32 bits of the reference time answered, 0 when none was received. */
    public int lastRr(int index) {
        return Objects.requireNonNull(packet).i32(dlrrOffset(index) + 4);
    }

    /** In 65,536ths of a second. */
    public long delaySinceLastRr(int index) {
        return Objects.requireNonNull(packet).u32(dlrrOffset(index) + 8);
    }

    private int dlrrOffset(int index) {
        return block + BLOCK_HEADER_LENGTH + DLRR_ENTRY_LENGTH * Objects.checkIndex(index, dlrrCount());
    }
}

package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A full intra request (RFC 5104 §4.3.1): each entry asks one source for a keyframe. A repeated request has the same
 * sequence number. Valid as long as its reader.
 */
public final class Fir {
    static final int ENTRY_LENGTH = 8;

    private @Nullable PacketBuffer packet;
    private int fciOffset;
    private int count;

    /** Reads the reader's current packet. False when it is no full intra request, or one of broken entries. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        count = 0;
        int fciLength = reader.length() - Feedback.HEADER_LENGTH;
        if (!Feedback.is(reader, RtcpKind.FIR) || fciLength == 0 || fciLength % ENTRY_LENGTH != 0) {
            return false;
        }
        packet = reader.packet();
        fciOffset = reader.offset() + Feedback.HEADER_LENGTH;
        count = fciLength / ENTRY_LENGTH;
        return true;
    }

    public int count() {
        return count;
    }

    /** The source that entry {@code index} asks. */
    public int ssrc(int index) {
        return buffer(index).i32(fciOffset + index * ENTRY_LENGTH);
    }

    /** 0 to 255. */
    public int sequenceNumber(int index) {
        return buffer(index).u8(fciOffset + index * ENTRY_LENGTH + 4);
    }

    private PacketBuffer buffer(int index) {
        Objects.checkIndex(index, count);
        return Objects.requireNonNull(packet);
    }
}

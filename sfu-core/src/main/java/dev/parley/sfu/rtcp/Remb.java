package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A receiver's estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 §2.2). Valid as long as its reader. */
public final class Remb {
    /** Bytes before the SSRCs. */
    static final int LENGTH = 20;
    /** "REMB". */
    static final int IDENTIFIER = 0x52454D42;

    private @Nullable PacketBuffer packet;
    private int ssrcOffset;
    private int count;
    private long bitrateBps;

    /** Reads the reader's current packet. False when it is no REMB, or its SSRCs are not all there. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        count = 0;
        if (!Feedback.is(reader, RtcpKind.REMB) || reader.length() < LENGTH) {
            return false;
        }
        PacketBuffer buffer = reader.packet();
        int offset = reader.offset();
        if (buffer.i32(offset + 12) != IDENTIFIER) {
            return false;
        }
        int ssrcs = buffer.u8(offset + 16);
        if (reader.length() < LENGTH + 4 * ssrcs) {
            return false;
        }
        int exponent = buffer.u8(offset + 17) >>> 2;
        long mantissa = buffer.u24(offset + 17) & 0x3FFFF;
        // A rate beyond 63 bits is as good as no limit.
        bitrateBps = mantissa == 0 || Long.numberOfLeadingZeros(mantissa) - 1 >= exponent
                ? mantissa << exponent
                : Long.MAX_VALUE;
        packet = buffer;
        ssrcOffset = offset + LENGTH;
        count = ssrcs;
        return true;
    }

    public long bitrateBps() {
        return bitrateBps;
    }

    /** Sources that the estimate covers. */
    public int count() {
        return count;
    }

    public int ssrc(int index) {
        Objects.checkIndex(index, count);
        return Objects.requireNonNull(packet).i32(ssrcOffset + 4 * index);
    }
}

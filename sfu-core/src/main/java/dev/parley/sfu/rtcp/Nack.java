package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A generic NACK (RFC 4585 §6.2.1): the sequence numbers that a receiver misses. Valid as long as its reader. */
public final class Nack {
    private @Nullable PacketBuffer packet;
    private int mediaSsrc;
    private int fciOffset;
    private int fciEnd;

    /** Reads the reader's current packet. False when it is no NACK, or one without an entry. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        if (!Feedback.is(reader, RtcpKind.NACK) || reader.length() < Feedback.HEADER_LENGTH + 4) {
            return false;
        }
        packet = reader.packet();
        mediaSsrc = Feedback.mediaSsrc(reader);
        fciOffset = reader.offset() + Feedback.HEADER_LENGTH;
        fciEnd = reader.offset() + reader.length();
        return true;
    }

    /** The source whose packets are missed. */
    public int mediaSsrc() {
        return mediaSsrc;
    }

    /** Calls {@code sink} with each sequence number in the order of the packet; at most 17 for each four bytes. */
    public void forEachSequenceNumber(IntConsumer sink) {
        PacketBuffer buffer = packet;
        if (buffer == null) {
            return;
        }
        for (int at = fciOffset; at + 4 <= fciEnd; at += 4) {
            int first = buffer.u16(at);
            sink.accept(first);
            int following = buffer.u16(at + 2);
            while (following != 0) {
                int bit = Integer.numberOfTrailingZeros(following);
                sink.accept(first + bit + 1 & 0xFFFF);
                following &= following - 1;
            }
        }
    }
}

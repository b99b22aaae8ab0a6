package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A goodbye (RFC 3550 §6.6): sources that end. The reason is not read. Valid as long as its reader. */
public final class Bye {
    private @Nullable PacketBuffer packet;
    private int offset;
    private int count;

    /** Reads the reader's current packet. False when it is no goodbye, or shorter than its sources. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        count = 0;
        if (reader.kind() != RtcpKind.BYE || reader.length() < 4 + 4 * reader.count()) {
            return false;
        }
        packet = reader.packet();
        offset = reader.offset() + 4;
        count = reader.count();
        return true;
    }

    public int count() {
        return count;
    }

    public int ssrc(int index) {
        Objects.checkIndex(index, count);
        return Objects.requireNonNull(packet).i32(offset + 4 * index);
    }
}

package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source description (RFC 3550 §6.5), read for the canonical name of each source; other items are skipped. Valid as
 * long as its reader.
 */
public final class Sdes {
    static final int ITEM_END = 0;
    static final int ITEM_CNAME = 1;

    private @Nullable PacketBuffer packet;
    private int at;
    private int end;
    private int chunksLeft;
    private int ssrc;
    private int cnameOffset;
    private int cnameLength;

    /** Looks at the reader's current packet, before its first chunk. False when it is no source description. */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        chunksLeft = 0;
        if (reader.kind() != RtcpKind.SDES) {
            return false;
        }
        packet = reader.packet();
        at = reader.offset() + 4;
        end = reader.offset() + reader.length();
        chunksLeft = reader.count();
        return true;
    }

    /** Moves to the next source; false after the last, or at a broken one. */
    public boolean next() {
        PacketBuffer buffer = packet;
        cnameOffset = -1;
        cnameLength = 0;
        // The least chunk: an SSRC and a word of padding.
        if (buffer == null || chunksLeft == 0 || end - at < 8) {
            return false;
        }
        chunksLeft--;
        ssrc = buffer.i32(at);
        at += 4;
        if (!readItems(buffer)) {
            chunksLeft = 0;
            return false;
        }
        return true;
    }

    private boolean readItems(PacketBuffer buffer) {
        while (at < end) {
            int type = buffer.u8(at);
            if (type == ITEM_END) {
                // A chunk ends with one to four zeros, on a 32-bit boundary; packets of a compound start on one.
                at = (at & ~3) + 4;
                return at <= end;
            }
            if (end - at < 2) {
                return false;
            }
            int length = buffer.u8(at + 1);
            if (length > end - at - 2) {
                return false;
            }
            if (type == ITEM_CNAME && cnameOffset < 0) {
                cnameOffset = at + 2;
                cnameLength = length;
            }
            at += 2 + length;
        }
        return false;
    }

    public int ssrc() {
        return ssrc;
    }

    /** The current source's canonical name, or {@code null} when it has none. Allocates. */
    public @Nullable String cname() {
        if (cnameOffset < 0) {
            return null;
        }
        byte[] bytes = new byte[cnameLength];
        Objects.requireNonNull(packet).getBytes(cnameOffset, bytes, 0, cnameLength);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

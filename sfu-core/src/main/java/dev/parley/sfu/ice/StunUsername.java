package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells for whom a STUN check from a yet unknown address is: the first half of USERNAME (RFC 8445 §7.2.2) is the user
 * name fragment of its addressee. Nothing is verified here. Owned by no thread.
 */
public final class StunUsername {
    private StunUsername() {}

    /**
     * The addressee's user name fragment, or {@code null} if the packet is not a well-formed STUN message with one.
     * Allocates only the result.
     */
    public static @Nullable String localUfrag(PacketBuffer packet) {
        if (!StunMessage.isHeader(packet)) {
            return null;
        }
        int end = packet.length();
        int at = StunMessage.HEADER_BYTES;
        while (at < end) {
            int type = packet.u16(at);
            int length = packet.u16(at + 2);
            at += StunMessage.ATTRIBUTE_HEADER_BYTES;
            if (length > end - at || type == StunAttribute.MESSAGE_INTEGRITY) {
                return null;
            }
            if (type == StunAttribute.USERNAME) {
                return beforeColon(packet, at, length);
            }
            at += (length + 3) & ~3;
        }
        return null;
    }

    private static @Nullable String beforeColon(PacketBuffer packet, int at, int length) {
        int limit = Math.min(length, IceCredentials.MAX_CHARS + 1);
        for (int i = 0; i < limit; i++) {
            int octet = packet.u8(at + i);
            if (octet == ':') {
                return i < IceCredentials.MIN_UFRAG_CHARS ? null : text(packet, at, i);
            }
            if (!IceCredentials.isIceChar(octet)) {
                return null;
            }
        }
        return null;
    }

    private static String text(PacketBuffer packet, int at, int length) {
        byte[] bytes = new byte[length];
        packet.getBytes(at, bytes, 0, length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}

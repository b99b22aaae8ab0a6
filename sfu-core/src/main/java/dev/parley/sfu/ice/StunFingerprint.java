package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.zip.CRC32;

/** Computes FINGERPRINT (RFC 8489 §14.7). One per reader or writer, owned by its thread, so that nothing is allocated. */
final class StunFingerprint {
    /** Set apart from the checksums of other protocols: the ASCII of "STUN". */
    private static final int XOR = 0x5354_554E;

    private final CRC32 crc = new CRC32();

    /** The value over the first {@code bytes} of the message, whose length field already counts FINGERPRINT. */
    int of(PacketBuffer message, int bytes) {
        crc.reset();
        crc.update(message.nio(0, bytes));
        return (int) crc.getValue() ^ XOR;
    }
}

package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * MESSAGE-INTEGRITY under one short-term password: HMAC-SHA1, RFC 8489 §14.5. Owned by one thread and reused for every
 * message. Leaves out MESSAGE-INTEGRITY-SHA256, which RFC 8445 does not use, and the preparation of the password
 * (RFC 8265), which changes nothing in the characters that ICE allows.
 */
public final class StunIntegrity {
    static final int TAG_BYTES = 20;

    private static final String ALGORITHM = "HmacSHA1";

    private final Mac mac;
    private final byte[] chunk = new byte[256];
    private final byte[] computed = new byte[TAG_BYTES];
    private final byte[] received = new byte[TAG_BYTES];

    public StunIntegrity(String password) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Whether the message carries a MESSAGE-INTEGRITY that this password made. */
    public boolean matches(StunMessage message) {
        int at = message.integrityOffset();
        if (at < 0) {
            return false;
        }
        compute(message.packet(), at - StunMessage.ATTRIBUTE_HEADER_BYTES);
        message.packet().getBytes(at, received, 0, TAG_BYTES);
        return MessageDigest.isEqual(computed, received);
    }

    /** The value for the attribute that starts at {@code attributeOffset}; valid until the next call. */
    byte[] compute(PacketBuffer message, int attributeOffset) {
        // RFC 8489 §14.5: the length field counts up to the end of MESSAGE-INTEGRITY, whatever follows it.
        int countedBytes = attributeOffset - StunMessage.HEADER_BYTES;
        countedBytes += StunMessage.ATTRIBUTE_HEADER_BYTES + TAG_BYTES;
        for (int at = 0; at < attributeOffset; at += chunk.length) {
            int bytes = Math.min(chunk.length, attributeOffset - at);
            message.getBytes(at, chunk, 0, bytes);
            if (at == 0) {
                chunk[2] = (byte) (countedBytes >>> 8);
                chunk[3] = (byte) countedBytes;
            }
            mac.update(chunk, 0, bytes);
        }
        try {
            mac.doFinal(computed, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the tag of " + ALGORITHM + " has " + TAG_BYTES + " bytes", e);
        }
        return computed;
    }
}

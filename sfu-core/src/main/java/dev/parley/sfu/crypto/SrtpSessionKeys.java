package dev.parley.sfu.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The session keys of one direction, derived from its master key and salt (RFC 3711 §4.3) with a key derivation rate
 * of 0, which is all that DTLS-SRTP can negotiate. Owned by whoever derived them; closing overwrites them.
 *
 * <p>The accessors return the arrays themselves: they are secrets, and copies would outlive {@link #close()}.
 */
public final class SrtpSessionKeys implements AutoCloseable {
    private static final int AES_BLOCK_LENGTH = 16;
    /** The label stands 7 bytes before the end of the 14-byte key_id, above the 48-bit index (RFC 3711 §4.3.1). */
    private static final int LABEL_OFFSET = 7;

    private static final int LABEL_RTP_ENCRYPTION = 0;
    private static final int LABEL_RTP_AUTHENTICATION = 1;
    private static final int LABEL_RTP_SALT = 2;
    private static final int LABEL_RTCP_ENCRYPTION = 3;
    private static final int LABEL_RTCP_AUTHENTICATION = 4;
    private static final int LABEL_RTCP_SALT = 5;

    private final SrtpProfile profile;
    private final Keys rtp;
    private final Keys rtcp;

    /**
     * Keys for one of SRTP and SRTCP.
     *
     * @param encryptionKey of the profile's key length
     * @param authenticationKey of the profile's authentication key length: empty with AEAD
     * @param salt of the profile's salt length
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody; shared on purpose so that they can be overwritten.
    public record Keys(byte[] encryptionKey, byte[] authenticationKey, byte[] salt) {
        void wipe() {
            Arrays.fill(encryptionKey, (byte) 0);
            Arrays.fill(authenticationKey, (byte) 0);
            Arrays.fill(salt, (byte) 0);
        }

        @Override
        public String toString() {
            return "Keys[hidden]";
        }
    }

    /** Keys given as they are: for known-answer tests, whose vectors start from session keys. */
    SrtpSessionKeys(SrtpProfile profile, Keys rtp, Keys rtcp) {
        this.profile = profile;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /** Derives the six session keys; the arguments stay the caller's, to overwrite. */
    public static SrtpSessionKeys derive(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
            throw new IllegalArgumentException(profile + " takes a key of " + profile.keyLength() + " and a salt of "
                    + profile.saltLength() + " bytes, got " + masterKey.length + " and " + masterSalt.length);
        }
        Keys rtp = new Keys(
                derive(masterKey, masterSalt, LABEL_RTP_ENCRYPTION, profile.keyLength()),
                derive(masterKey, masterSalt, LABEL_RTP_AUTHENTICATION, profile.authKeyLength()),
                derive(masterKey, masterSalt, LABEL_RTP_SALT, profile.saltLength()));
        Keys rtcp = new Keys(
                derive(masterKey, masterSalt, LABEL_RTCP_ENCRYPTION, profile.keyLength()),
                derive(masterKey, masterSalt, LABEL_RTCP_AUTHENTICATION, profile.authKeyLength()),
                derive(masterKey, masterSalt, LABEL_RTCP_SALT, profile.saltLength()));
        return new SrtpSessionKeys(profile, rtp, rtcp);
    }

    /** The AES-CM pseudo-random function of RFC 3711 §4.3.3; with a 32-byte key, that of RFC 6188. */
    static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int bytes) {
        // RFC 7714 §11: a 12-byte salt is padded with zeros on the right to the 14 bytes of the function.
        byte[] counter = Arrays.copyOf(masterSalt, AES_BLOCK_LENGTH);
        counter[LABEL_OFFSET] ^= (byte) label;
        try {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"));
            byte[] stream = new byte[(bytes + AES_BLOCK_LENGTH - 1) / AES_BLOCK_LENGTH * AES_BLOCK_LENGTH];
            for (int block = 0; block * AES_BLOCK_LENGTH < bytes; block++) {
                counter[AES_BLOCK_LENGTH - 1] = (byte) block;
                aes.doFinal(counter, 0, AES_BLOCK_LENGTH, stream, block * AES_BLOCK_LENGTH);
            }
            byte[] key = Arrays.copyOf(stream, bytes);
            Arrays.fill(stream, (byte) 0);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES", e);
        }
    }

    public SrtpProfile profile() {
        return profile;
    }

    public Keys rtp() {
        return rtp;
    }

    public Keys rtcp() {
        return rtcp;
    }

    @Override
    public void close() {
        rtp.wipe();
        rtcp.wipe();
    }
}

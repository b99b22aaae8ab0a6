package dev.parley.sfu.dtls;

import dev.parley.sfu.crypto.SrtpProfile;
import java.util.Arrays;

/**
 * The SRTP master keys that a DTLS handshake has agreed on (RFC 5764 §4.2). A DTLS server receives with the client's
 * and sends with the server's. The arrays are handed over, not copied, so that {@link #wipe()} ends them.
 *
 * @param profile the negotiated profile
 * @param clientKey what the DTLS client protects with
 * @param clientSalt what the DTLS client protects with
 * @param serverKey what the DTLS server protects with
 * @param serverSalt what the DTLS server protects with
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; shared on purpose so that they can be overwritten.
public record SrtpKeys(SrtpProfile profile, byte[] clientKey, byte[] clientSalt, byte[] serverKey, byte[] serverSalt) {

    /** Label of the exporter (RFC 5764 §4.2). */
    public static final String EXPORTER_LABEL = "EXTRACTOR-dtls_srtp";

    /** Bytes to ask the exporter for. */
    public static int materialLength(SrtpProfile profile) {
        return 2 * (profile.keyLength() + profile.saltLength());
    }

    /** Splits the exporter's output: client key, server key, client salt, server salt. */
    public static SrtpKeys fromMaterial(SrtpProfile profile, byte[] material) {
        int key = profile.keyLength();
        int salt = profile.saltLength();
        if (material.length != materialLength(profile)) {
            throw new IllegalArgumentException(profile + " takes " + materialLength(profile)
                    + " bytes of keying material, got " + material.length);
        }
        return new SrtpKeys(
                profile,
                Arrays.copyOfRange(material, 0, key),
                Arrays.copyOfRange(material, 2 * key, 2 * key + salt),
                Arrays.copyOfRange(material, key, 2 * key),
                Arrays.copyOfRange(material, 2 * key + salt, 2 * (key + salt)));
    }

    /** Overwrites the keys; call it once the SRTP contexts are made. */
    public void wipe() {
        Arrays.fill(clientKey, (byte) 0);
        Arrays.fill(clientSalt, (byte) 0);
        Arrays.fill(serverKey, (byte) 0);
        Arrays.fill(serverSalt, (byte) 0);
    }

    @Override
    public String toString() {
        return "SrtpKeys[profile=" + profile + ", keys hidden]";
    }
}

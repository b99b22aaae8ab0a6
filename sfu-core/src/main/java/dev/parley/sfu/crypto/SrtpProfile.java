package dev.parley.sfu.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The SRTP protection profiles that DTLS may choose (RFC 5764 §4.1.2, RFC 7714 §14.2), in the server's order of choice:
 * the AEAD ones first, since AES-CM with HMAC-SHA1 costs more than twice as much a packet.
 */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 0, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 0, 16),
    AES128_CM_SHA1_80(0x0001, 16, 14, 20, 10);

    private static final SrtpProfile[] PROFILES = values();

    /** Length of the word with the E flag and the SRTCP index (RFC 3711 §3.4), in bytes. */
    static final int RTCP_INDEX_LENGTH = 4;

    private final int id;
    private final int keyLength;
    private final int saltLength;
    private final int authKeyLength;
    private final int tagLength;

    SrtpProfile(int id, int keyLength, int saltLength, int authKeyLength, int tagLength) {
        this.id = id;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.authKeyLength = authKeyLength;
        this.tagLength = tagLength;
    }

    /** The profile of a use_srtp value, or {@code null} when it is not one of ours. */
    public static @Nullable SrtpProfile fromId(int id) {
        for (SrtpProfile profile : PROFILES) {
            if (profile.id == id) {
                return profile;
            }
        }
        return null;
    }

    /** The value in the use_srtp extension. */
    public int id() {
        return id;
    }

    /** Length of master and session encryption keys, in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** Length of master and session salts, in bytes. */
    public int saltLength() {
        return saltLength;
    }

    /** Length of the session authentication key, in bytes; 0 where the cipher authenticates by itself. */
    public int authKeyLength() {
        return authKeyLength;
    }

    /** What SRTP and SRTCP append for authentication, in bytes. */
    public int tagLength() {
        return tagLength;
    }

    /** All that SRTCP appends: the tag and the index word, in bytes. */
    public int rtcpTrailerLength() {
        return tagLength + RTCP_INDEX_LENGTH;
    }

    /** Where the E flag and index stand in an SRTCP packet of this length: last with AEAD, else before the tag. */
    public int rtcpIndexOffset(int packetLength) {
        return packetLength - RTCP_INDEX_LENGTH - (isAead() ? 0 : tagLength);
    }

    public boolean isAead() {
        return authKeyLength == 0;
    }
}

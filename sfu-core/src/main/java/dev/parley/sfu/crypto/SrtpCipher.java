package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * Encrypts and authenticates the SRTP and SRTCP packets of one master key in one direction; owned by one thread.
 *
 * <p>It keeps no packet index and no replay list: those belong to the SRTP context, which never passes the same index
 * of one SSRC twice for encryption (a repeated nonce breaks AES-GCM and AES-CM alike) and has checked all lengths.
 */
public interface SrtpCipher extends AutoCloseable {
    /** What a cipher is made for. */
    enum Direction {
        PROTECT,
        UNPROTECT
    }

    /**
     * Encrypts {@code payloadLength} bytes from {@code src} behind the header that {@code dst} already holds, and appends
     * the tag. {@code src} may be {@code dst}, then {@code srcOffset} equals {@code headerLength}.
     *
     * @param index the 48-bit packet index of RFC 3711 §3.3.1: rollover counter and sequence number
     * @return the new length of {@code dst} in bytes, which is also set on it
     */
    int protectRtp(
            PacketBuffer dst,
            int headerLength,
            PacketBuffer src,
            int srcOffset,
            int payloadLength,
            int ssrc,
            long index);

    /**
     * Authenticates and decrypts in place; on success the packet's length shrinks by the tag.
     *
     * @return false when authentication fails; the packet is then as it was
     */
    boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index);

    /**
     * Encrypts a compound RTCP packet in place behind its first 8 bytes and appends the index with the E flag and the tag.
     *
     * @param index the 31-bit SRTCP index
     * @return the packet's new length in bytes, which is also set on it
     */
    int protectRtcp(PacketBuffer packet, int index);

    /**
     * Authenticates and, if the E flag is set, decrypts in place; on success the length shrinks to the RTCP packet's.
     *
     * @return false when authentication fails; the packet is then as it was
     */
    boolean unprotectRtcp(PacketBuffer packet);

    /** Overwrites the keys as far as the provider can reach them; the cipher is not used afterwards. */
    @Override
    void close();
}

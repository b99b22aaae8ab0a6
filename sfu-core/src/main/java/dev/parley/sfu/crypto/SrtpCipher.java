package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * Encrypts and authenticates the SRTP and SRTCP packets of one master key in one direction; owned by one thread.
 *
 * <p>It keeps no packet index and no replay list: those belong to the SRTP context, which never passes the same index
 * of one SSRC twice for encryption (a repeated nonce breaks AES-GCM and AES-CM alike) and has checked all lengths.
 */
public interface SrtpCipher extends AutoCloseable {
    /** Room for the longest payload descriptor that is rewritten, behind a retransmission's header, in bytes. */
    int MAX_PREFIX_LENGTH = 16;

    /** What a cipher is made for. */
    enum Direction {
        PROTECT,
        UNPROTECT
    }

    /**
     * Encrypts a payload behind the header that {@code dst} already holds, and appends the tag. The payload's first
     * {@code prefixLength} bytes are taken from {@code dst}, where they follow the header: what is this receiver's own of
     * it, such as a rewritten VP8 descriptor. The rest comes from {@code src}, which is shared: it is as it was when this
     * returns, but a provider may write to it meanwhile.
     * {@code src} may be {@code dst}, then {@code srcOffset} equals {@code headerLength + prefixLength}.
     *
     * @param prefixLength bytes of payload that {@code dst} already holds: mostly 0, at most {@link #MAX_PREFIX_LENGTH}
     * @param restLength bytes of payload to take from {@code src}
     * @param index the 48-bit packet index of RFC 3711 §3.3.1: rollover counter and sequence number
     * @return the new length of {@code dst} in bytes, which is also set on it
     */
    int protectRtp(
            PacketBuffer dst,
            int headerLength,
            int prefixLength,
            PacketBuffer src,
            int srcOffset,
            int restLength,
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

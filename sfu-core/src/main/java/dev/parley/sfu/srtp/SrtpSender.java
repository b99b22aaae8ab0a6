package dev.parley.sfu.srtp;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import dev.parley.sfu.stats.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and authenticates what goes to one remote side (RFC 3711, RFC 7714); owned by the shard.
 *
 * <p>Packets of one SSRC may come out of order, as the publisher's do, within 128 of the highest; none may come twice:
 * a repeated nonce would give the plaintext away (RFC 3711 §9.1, RFC 7714 §8.3), so it is refused here. One SRTCP index
 * counts for all SSRCs, which makes it grow for each of them (RFC 3711 §3.4).
 */
public final class SrtpSender implements AutoCloseable {
    /** SSRCs in use towards one remote side: two a slot with room to spare. */
    public static final int MAX_SSRCS = 4_096;

    private static final int RTCP_HEADER_LENGTH = 8;

    private final SrtpProfile profile;
    private final SrtpCipher cipher;
    private final SsrcMap<ReplayWindow> rtp = new SsrcMap<>(MAX_SSRCS);
    /** Packets of one stream come in bursts. */
    private int lastSsrc;

    private @Nullable ReplayWindow lastWindow;
    private int nextRtcpIndex;

    /** Derives session keys from our own master key and salt, which stay the caller's to overwrite. */
    public SrtpSender(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCipherProvider provider) {
        this.profile = profile;
        try (SrtpSessionKeys keys = SrtpSessionKeys.derive(profile, masterKey, masterSalt)) {
            this.cipher = provider.create(keys, SrtpCipher.Direction.PROTECT);
        }
    }

    /** What {@link #protectRtp} adds to a packet, in bytes. */
    public int rtpOverhead() {
        return profile.tagLength();
    }

    /** What {@link #protectRtcp} adds to a packet, in bytes. */
    public int rtcpOverhead() {
        return profile.rtcpTrailerLength();
    }

    /**
     * Encrypts a payload behind the header that {@code dst} already holds, appends the tag and sets the length of
     * {@code dst}. The payload's first {@code prefixLength} bytes stand in {@code dst}, the rest comes from {@code src},
     * which may be {@code dst}: then {@code srcOffset} equals {@code headerLength + prefixLength}.
     *
     * @return why the packet cannot be sent, or {@code null} on success
     */
    public @Nullable DropReason protectRtp(
            PacketBuffer dst,
            int headerLength,
            int prefixLength,
            PacketBuffer src,
            int srcOffset,
            int restLength,
            int ssrc,
            int sequenceNumber) {
        if (headerLength + prefixLength + restLength + profile.tagLength() > dst.capacity()) {
            return DropReason.OVERSIZED;
        }
        ReplayWindow window = lastWindow;
        if (window == null || ssrc != lastSsrc) {
            window = window(ssrc);
        }
        if (window == null) {
            return DropReason.RTP_STREAM_LIMIT;
        }
        long index = PacketIndex.estimate(window.highest(), sequenceNumber);
        if (index > PacketIndex.MAX) {
            return DropReason.SRTP_KEY_EXHAUSTED;
        }
        if (index < 0 || !window.check(index)) {
            return DropReason.SRTP_REPLAYED;
        }
        window.accept(index);
        cipher.protectRtp(dst, headerLength, prefixLength, src, srcOffset, restLength, ssrc, index);
        return null;
    }

    /** The numbers used under an SSRC, or {@code null} when there are too many SSRCs. */
    private @Nullable ReplayWindow window(int ssrc) {
        ReplayWindow window = rtp.get(ssrc);
        if (window == null && !rtp.isFull()) {
            window = new ReplayWindow();
            rtp.put(ssrc, window);
        }
        lastSsrc = ssrc;
        lastWindow = window;
        return window;
    }

    /**
     * Encrypts a compound RTCP packet in place and appends index and tag.
     *
     * @return why the packet cannot be sent, or {@code null} on success
     */
    public @Nullable DropReason protectRtcp(PacketBuffer packet) {
        if (packet.length() < RTCP_HEADER_LENGTH) {
            return DropReason.RTCP_MALFORMED;
        }
        if (packet.length() + profile.rtcpTrailerLength() > packet.capacity()) {
            return DropReason.OVERSIZED;
        }
        if (nextRtcpIndex < 0) {
            return DropReason.SRTP_KEY_EXHAUSTED; // Past 2^31 - 1 (RFC 3711 §9.2).
        }
        cipher.protectRtcp(packet, nextRtcpIndex++);
        return null;
    }

    /** Frees the state of an SSRC that is never used again under these keys: its nonces would repeat. */
    public void forget(int ssrc) {
        rtp.remove(ssrc);
        if (ssrc == lastSsrc) {
            lastWindow = null;
        }
    }

    @Override
    public void close() {
        cipher.close();
    }
}

package dev.parley.sfu.srtp;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import dev.parley.sfu.stats.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates and decrypts what one remote side sends (RFC 3711, RFC 7714); owned by the shard.
 *
 * <p>The replay window is checked before authentication; rollover counter, window and per-SSRC state move only after
 * it. Left out: MKI, key derivation rates other than 0, and the search for a rollover counter other than 0 at a
 * stream's first packet (a sender starts its sequence numbers in the lower half, RFC 3711 §3.3.1).
 */
public final class SrtpReceiver implements AutoCloseable {
    /** SSRCs one remote side may use, for SRTP and for SRTCP each: far above what browsers publish. */
    public static final int MAX_SSRCS = 1_024;

    private static final int MIN_RTP_HEADER_LENGTH = 12;
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final int RTCP_INDEX_MASK = 0x7FFF_FFFF;

    private final SrtpProfile profile;
    private final SrtpCipher cipher;
    private final SsrcMap<ReplayWindow> rtp = new SsrcMap<>(MAX_SSRCS);
    private final SsrcMap<ReplayWindow> rtcp = new SsrcMap<>(MAX_SSRCS);

    /** Derives session keys from the remote side's master key and salt, which stay the caller's to overwrite. */
    public SrtpReceiver(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCipherProvider provider) {
        this.profile = profile;
        try (SrtpSessionKeys keys = SrtpSessionKeys.derive(profile, masterKey, masterSalt)) {
            this.cipher = provider.create(keys, SrtpCipher.Direction.UNPROTECT);
        }
    }

    /**
     * Decrypts an SRTP packet in place; its length shrinks by the tag.
     *
     * @param headerLength with CSRCs and header extension, as the packet states and the caller has checked
     * @return why the packet is to be dropped, unchanged, or {@code null} on success
     */
    public @Nullable DropReason unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, int sequenceNumber) {
        if (headerLength < MIN_RTP_HEADER_LENGTH || packet.length() < headerLength + profile.tagLength()) {
            return DropReason.SRTP_MALFORMED;
        }
        ReplayWindow window = rtp.get(ssrc);
        if (window == null && rtp.isFull()) {
            return DropReason.RTP_STREAM_LIMIT;
        }
        long index = PacketIndex.estimate(window == null ? -1 : window.highest(), sequenceNumber);
        if (index > PacketIndex.MAX) {
            return DropReason.SRTP_KEY_EXHAUSTED;
        }
        if (index < 0 || (window != null && !window.check(index))) {
            return DropReason.SRTP_REPLAYED;
        }
        if (!cipher.unprotectRtp(packet, headerLength, ssrc, index)) {
            return DropReason.SRTP_AUTH_FAILED;
        }
        accept(rtp, window, ssrc, index);
        return null;
    }

    /**
     * Decrypts an SRTCP packet in place; its length shrinks to the compound RTCP packet's.
     *
     * @return why the packet is to be dropped, unchanged, or {@code null} on success
     */
    public @Nullable DropReason unprotectRtcp(PacketBuffer packet) {
        int length = packet.length();
        if (length < RTCP_HEADER_LENGTH + profile.rtcpTrailerLength()) {
            return DropReason.SRTP_MALFORMED;
        }
        int ssrc = packet.i32(4);
        ReplayWindow window = rtcp.get(ssrc);
        if (window == null && rtcp.isFull()) {
            return DropReason.RTP_STREAM_LIMIT;
        }
        long index = packet.i32(profile.rtcpIndexOffset(length)) & RTCP_INDEX_MASK;
        if (window != null && !window.check(index)) {
            return DropReason.SRTP_REPLAYED;
        }
        if (!cipher.unprotectRtcp(packet)) {
            return DropReason.SRTP_AUTH_FAILED;
        }
        accept(rtcp, window, ssrc, index);
        return null;
    }

    /**
     * Frees the state of an SSRC whose stream has ended. Packets of it that were seen before would be taken again, so
     * forget only what the remote side has left for good.
     */
    public void forget(int ssrc) {
        rtp.remove(ssrc);
        rtcp.remove(ssrc);
    }

    /** SSRCs with SRTP state now. */
    int ssrcCount() {
        return rtp.size();
    }

    @Override
    public void close() {
        cipher.close();
    }

    private static void accept(SsrcMap<ReplayWindow> windows, @Nullable ReplayWindow known, int ssrc, long index) {
        ReplayWindow window = known;
        if (window == null) {
            window = new ReplayWindow();
            windows.put(ssrc, window);
        }
        window.accept(index);
    }
}

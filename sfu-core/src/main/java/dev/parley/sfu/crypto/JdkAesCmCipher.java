package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * AES in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1) from the JDK; owned by one thread.
 *
 * <p>A packet is copied to the heap once, authenticated and turned there, and copied back: the JDK's MAC takes heap
 * arrays, and a direct buffer would be copied by it in pieces. Per packet about 40 bytes of garbage, in the MAC.
 */
final class JdkAesCmCipher implements SrtpCipher {
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final int INDEX_LENGTH = SrtpProfile.RTCP_INDEX_LENGTH;
    private static final int E_FLAG = 0x8000_0000;
    private static final int ROC_LENGTH = 4;
    private static final int SEQUENCE_NUMBER_BITS = 16;
    private static final int SHA1_LENGTH = 20;
    private static final String HMAC = "HmacSHA1";

    private final int tagLength;
    private final AesCounterKeystream rtpKeystream;
    private final AesCounterKeystream rtcpKeystream;
    private final Mac rtpMac;
    private final Mac rtcpMac;
    private final byte[] scratch = new byte[PacketPool.PACKET_CAPACITY + ROC_LENGTH];
    private final byte[] expectedTag = new byte[SHA1_LENGTH];

    JdkAesCmCipher(SrtpSessionKeys keys) {
        this.tagLength = keys.profile().tagLength();
        this.rtpKeystream =
                new AesCounterKeystream(keys.rtp().encryptionKey(), keys.rtp().salt());
        this.rtcpKeystream =
                new AesCounterKeystream(keys.rtcp().encryptionKey(), keys.rtcp().salt());
        this.rtpMac = mac(keys.rtp().authenticationKey());
        this.rtcpMac = mac(keys.rtcp().authenticationKey());
    }

    @Override
    public int protectRtp(
            PacketBuffer dst,
            int headerLength,
            int prefixLength,
            PacketBuffer src,
            int srcOffset,
            int restLength,
            int ssrc,
            long index) {
        int payloadLength = prefixLength + restLength;
        int end = headerLength + payloadLength;
        dst.getBytes(0, scratch, 0, headerLength + prefixLength);
        src.getBytes(srcOffset, scratch, headerLength + prefixLength, restLength);
        rtpKeystream.apply(scratch, headerLength, payloadLength, ssrc, index);
        putRolloverCounter(end, index);
        authenticate(rtpMac, end + ROC_LENGTH);
        System.arraycopy(expectedTag, 0, scratch, end, tagLength);
        dst.putBytes(headerLength, scratch, headerLength, payloadLength + tagLength);
        dst.length(end + tagLength);
        return end + tagLength;
    }

    @Override
    public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
        int end = packet.length() - tagLength;
        packet.getBytes(0, scratch, 0, end);
        putRolloverCounter(end, index);
        authenticate(rtpMac, end + ROC_LENGTH);
        if (!tagMatches(packet, end)) {
            return false;
        }
        rtpKeystream.apply(scratch, headerLength, end - headerLength, ssrc, index);
        packet.putBytes(headerLength, scratch, headerLength, end - headerLength);
        packet.length(end);
        return true;
    }

    @Override
    public int protectRtcp(PacketBuffer packet, int index) {
        int length = packet.length();
        int ssrc = packet.i32(4);
        packet.getBytes(0, scratch, 0, length);
        rtcpKeystream.apply(scratch, RTCP_HEADER_LENGTH, length - RTCP_HEADER_LENGTH, ssrc, index);
        BigEndian.putInt(scratch, length, E_FLAG | index);
        int end = length + INDEX_LENGTH;
        authenticate(rtcpMac, end);
        System.arraycopy(expectedTag, 0, scratch, end, tagLength);
        packet.putBytes(0, scratch, 0, end + tagLength);
        packet.length(end + tagLength);
        return end + tagLength;
    }

    @Override
    public boolean unprotectRtcp(PacketBuffer packet) {
        int end = packet.length() - tagLength;
        int ssrc = packet.i32(4);
        packet.getBytes(0, scratch, 0, end);
        authenticate(rtcpMac, end);
        if (!tagMatches(packet, end)) {
            return false;
        }
        int length = end - INDEX_LENGTH;
        int word = packet.i32(length);
        if ((word & E_FLAG) != 0) {
            int encrypted = length - RTCP_HEADER_LENGTH;
            rtcpKeystream.apply(scratch, RTCP_HEADER_LENGTH, encrypted, ssrc, word & ~E_FLAG);
            packet.putBytes(RTCP_HEADER_LENGTH, scratch, RTCP_HEADER_LENGTH, encrypted);
        }
        packet.length(length);
        return true;
    }

    @Override
    public void close() {
        rtpKeystream.close();
        rtcpKeystream.close();
        // A new key overwrites the old one's reference; the JDK offers no way to overwrite the bytes of its pads.
        rekey(rtpMac, new byte[SHA1_LENGTH]);
        rekey(rtcpMac, new byte[SHA1_LENGTH]);
        Arrays.fill(scratch, (byte) 0);
    }

    /** The rollover counter is authenticated with the packet but not sent (RFC 3711 §4.2). */
    private void putRolloverCounter(int offset, long index) {
        BigEndian.putInt(scratch, offset, (int) (index >>> SEQUENCE_NUMBER_BITS));
    }

    private void authenticate(Mac mac, int length) {
        try {
            mac.update(scratch, 0, length);
            mac.doFinal(expectedTag, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA1 failed", e);
        }
    }

    /** Compares the whole tag whatever its bytes, so that timing tells nothing. */
    private boolean tagMatches(PacketBuffer packet, int offset) {
        int difference = 0;
        for (int i = 0; i < tagLength; i++) {
            difference |= packet.u8(offset + i) ^ (expectedTag[i] & 0xFF);
        }
        return difference == 0;
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            rekey(mac, key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + HMAC, e);
        }
    }

    private static void rekey(Mac mac, byte[] key) {
        try (SessionKey secret = new SessionKey(key, HMAC)) {
            mac.init(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " refused its key", e);
        }
    }
}

package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;

/**
 * AES in counter mode with HMAC-SHA1 and a tag of 80 bits (RFC 3711 §4.1.1, §4.2.1) by OpenSSL, in the packets' own
 * memory; owned by one thread.
 */
final class OpenSslAesCmCipher implements SrtpCipher {
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final int INDEX_LENGTH = SrtpProfile.RTCP_INDEX_LENGTH;
    private static final int E_FLAG = 0x8000_0000;
    private static final int TAG_LENGTH = 10;
    private static final int ROC_LENGTH = 4;
    private static final int SEQUENCE_NUMBER_BITS = 16;

    // What the memory holds, by offset.
    private static final int RTP_SALT = 0;
    private static final int RTCP_SALT = 16;
    private static final int COUNTER = 32;
    private static final int MEMORY_LENGTH = 48;

    private final OpenSslContext rtp;
    private final OpenSslContext rtcp;
    private final OpenSslHmacSha1 rtpMac;
    private final OpenSslHmacSha1 rtcpMac;
    private final SecretMemory memory;

    /** Takes over contexts and codes, which are closed with it. */
    OpenSslAesCmCipher(
            OpenSslContext rtp,
            OpenSslContext rtcp,
            OpenSslHmacSha1 rtpMac,
            OpenSslHmacSha1 rtcpMac,
            SrtpSessionKeys keys,
            NativeHeap heap) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.rtpMac = rtpMac;
        this.rtcpMac = rtcpMac;
        this.memory = new SecretMemory(heap, MEMORY_LENGTH);
        // k_s * 2^16: the 14-byte salt stands at the front of the 16-byte block.
        NativeMemory.put(memory.address() + RTP_SALT, keys.rtp().salt());
        NativeMemory.put(memory.address() + RTCP_SALT, keys.rtcp().salt());
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
        int length = prefixLength + restLength;
        int end = headerLength + length;
        Objects.checkFromIndexSize(srcOffset, restLength, src.capacity());
        Objects.checkFromIndexSize(headerLength, length, end);
        dst.length(end + TAG_LENGTH);
        long payload = dst.address() + headerLength;
        long plaintext = src.address() + srcOffset;
        if (prefixLength != 0) {
            dst.copyFrom(headerLength + prefixLength, src, srcOffset, restLength);
            plaintext = payload;
        }
        turn(rtp, RTP_SALT, ssrc, index, plaintext, payload, length);
        // The rollover counter is authenticated with the packet but not sent (RFC 3711 §4.2): the tag takes its place.
        dst.putI32(end, (int) (index >>> SEQUENCE_NUMBER_BITS));
        rtpMac.compute(dst.address(), end + ROC_LENGTH);
        putTag(dst, end, rtpMac);
        return end + TAG_LENGTH;
    }

    @Override
    public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
        int end = packet.length() - TAG_LENGTH;
        Objects.checkFromToIndex(headerLength, end, packet.capacity());
        long tag = packet.i64(end);
        packet.putI32(end, (int) (index >>> SEQUENCE_NUMBER_BITS));
        rtpMac.compute(packet.address(), end + ROC_LENGTH);
        packet.putI64(end, tag);
        if (!tagMatches(packet, end, rtpMac)) {
            return false;
        }
        long payload = packet.address() + headerLength;
        turn(rtp, RTP_SALT, ssrc, index, payload, payload, end - headerLength);
        packet.length(end);
        return true;
    }

    @Override
    public int protectRtcp(PacketBuffer packet, int index) {
        int length = packet.length();
        int end = length + INDEX_LENGTH;
        Objects.checkFromToIndex(RTCP_HEADER_LENGTH, length, length);
        packet.length(end + TAG_LENGTH);
        long payload = packet.address() + RTCP_HEADER_LENGTH;
        turn(rtcp, RTCP_SALT, packet.i32(4), index, payload, payload, length - RTCP_HEADER_LENGTH);
        packet.putI32(length, E_FLAG | index);
        rtcpMac.compute(packet.address(), end);
        putTag(packet, end, rtcpMac);
        return end + TAG_LENGTH;
    }

    @Override
    public boolean unprotectRtcp(PacketBuffer packet) {
        int end = packet.length() - TAG_LENGTH;
        int length = end - INDEX_LENGTH;
        Objects.checkFromToIndex(RTCP_HEADER_LENGTH, length, packet.capacity());
        rtcpMac.compute(packet.address(), end);
        if (!tagMatches(packet, end, rtcpMac)) {
            return false;
        }
        int word = packet.i32(length);
        if ((word & E_FLAG) != 0) {
            long payload = packet.address() + RTCP_HEADER_LENGTH;
            int encrypted = length - RTCP_HEADER_LENGTH;
            turn(rtcp, RTCP_SALT, packet.i32(4), word & ~E_FLAG, payload, payload, encrypted);
        }
        packet.length(length);
        return true;
    }

    /** Exclusive-ors the keystream of (SSRC, index) of RFC 3711 §4.1.1. */
    private void turn(OpenSslContext aes, int saltOffset, int ssrc, long index, long src, long dst, int length) {
        if (length == 0) {
            return;
        }
        long salt = memory.address() + saltOffset;
        long counter = memory.address() + COUNTER;
        // IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16)
        NativeMemory.putLongBigEndian(counter, NativeMemory.getLongBigEndian(salt) ^ (ssrc & 0xFFFF_FFFFL));
        NativeMemory.putLongBigEndian(counter + 8, NativeMemory.getLongBigEndian(salt + 8) ^ index << 16);
        aes.start(counter);
        aes.turn(src, dst, length);
    }

    private static void putTag(PacketBuffer packet, int offset, OpenSslHmacSha1 mac) {
        packet.putI64(offset, mac.first8Bytes());
        packet.putU16(offset + 8, mac.next2Bytes());
    }

    /** Compares the whole tag whatever its bytes, so that timing tells nothing. */
    private static boolean tagMatches(PacketBuffer packet, int offset, OpenSslHmacSha1 mac) {
        return (packet.i64(offset) ^ mac.first8Bytes() | packet.u16(offset + 8) ^ mac.next2Bytes()) == 0;
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
        rtpMac.close();
        rtcpMac.close();
        memory.close();
    }
}

package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;

/**
 * AES-GCM for SRTP and SRTCP (RFC 7714) by a native library, in the packets' own memory; owned by one thread.
 *
 * <p>Nothing is copied, except the rest of a payload that has a prefix: bringing it together and encrypting it with one
 * call is faster than two calls (by 20 ns at 1,200 bytes).
 */
final class NativeGcmCipher implements SrtpCipher {
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final int INDEX_LENGTH = SrtpProfile.RTCP_INDEX_LENGTH;
    private static final int E_FLAG = 0x8000_0000;
    private static final int TAG_LENGTH = 16;

    // What the memory holds, by offset.
    private static final int RTP_SALT = 0;
    private static final int RTCP_SALT = 16;
    private static final int NONCE = 32;
    private static final int AAD = 64;
    private static final int MEMORY_LENGTH = AAD + PacketPool.PACKET_CAPACITY + INDEX_LENGTH;

    private final GcmKey rtp;
    private final GcmKey rtcp;
    private final SecretMemory memory;

    /** Takes over the keys, which are closed with it. */
    NativeGcmCipher(GcmKey rtp, GcmKey rtcp, SrtpSessionKeys keys, NativeHeap heap) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.memory = new SecretMemory(heap, MEMORY_LENGTH);
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
        int newLength = headerLength + length + TAG_LENGTH;
        Objects.checkFromIndexSize(srcOffset, restLength, src.capacity());
        Objects.checkFromIndexSize(headerLength, length, newLength);
        dst.length(newLength);
        long header = dst.address();
        long payload = header + headerLength;
        long rest = src.address() + srcOffset;
        long nonce = nonce(RTP_SALT, ssrc, index);
        if (prefixLength == 0) {
            rtp.encrypt(nonce, header, headerLength, rest, payload, length, payload + length);
        } else if (src == dst || prefixLength > Long.BYTES || srcOffset < Long.BYTES) {
            dst.copyFrom(headerLength + prefixLength, src, srcOffset, restLength);
            rtp.encrypt(nonce, header, headerLength, payload, payload, length, payload + length);
        } else {
            // The library wants the plaintext in one piece: the prefix stands before the rest for as long as it reads,
            // in the place of what it has replaced.
            long replaced = NativeMemory.getLong(rest - Long.BYTES);
            NativeMemory.copyShort(payload, rest - prefixLength, prefixLength);
            rtp.encrypt(nonce, header, headerLength, rest - prefixLength, payload, length, payload + length);
            NativeMemory.putLong(rest - Long.BYTES, replaced);
        }
        return newLength;
    }

    @Override
    public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
        int end = packet.length() - TAG_LENGTH;
        Objects.checkFromToIndex(headerLength, end, packet.capacity());
        long header = packet.address();
        long nonce = nonce(RTP_SALT, ssrc, index);
        if (!rtp.decrypt(nonce, header, headerLength, header + headerLength, end - headerLength, header + end)) {
            return false;
        }
        packet.length(end);
        return true;
    }

    @Override
    public int protectRtcp(PacketBuffer packet, int index) {
        int length = packet.length();
        int end = length + TAG_LENGTH;
        Objects.checkFromToIndex(RTCP_HEADER_LENGTH, length, length);
        packet.length(end + INDEX_LENGTH);
        packet.putI32(end, E_FLAG | index);
        long header = packet.address();
        long payload = header + RTCP_HEADER_LENGTH;
        long aad = rtcpAad(header, RTCP_HEADER_LENGTH, E_FLAG | index);
        long nonce = nonce(RTCP_SALT, packet.i32(4), index);
        int payloadLength = length - RTCP_HEADER_LENGTH;
        rtcp.encrypt(nonce, aad, RTCP_HEADER_LENGTH + INDEX_LENGTH, payload, payload, payloadLength, header + length);
        return end + INDEX_LENGTH;
    }

    @Override
    public boolean unprotectRtcp(PacketBuffer packet) {
        int end = packet.length() - INDEX_LENGTH - TAG_LENGTH;
        Objects.checkFromToIndex(RTCP_HEADER_LENGTH, end, PacketPool.PACKET_CAPACITY);
        int word = packet.i32(end + TAG_LENGTH);
        // RFC 7714 §9.3: without the E flag the whole packet is associated data, and nothing is decrypted.
        int plain = (word & E_FLAG) != 0 ? RTCP_HEADER_LENGTH : end;
        long header = packet.address();
        long aad = rtcpAad(header, plain, word);
        long nonce = nonce(RTCP_SALT, packet.i32(4), word & ~E_FLAG);
        if (!rtcp.decrypt(nonce, aad, plain + INDEX_LENGTH, header + plain, end - plain, header + end)) {
            return false;
        }
        packet.length(end);
        return true;
    }

    /** RFC 7714 §9.2: the associated data is what is not encrypted, then the word with the E flag and the index. */
    private long rtcpAad(long header, int plainLength, int word) {
        long aad = memory.address() + AAD;
        NativeMemory.copy(header, aad, plainLength);
        NativeMemory.putIntBigEndian(aad + plainLength, word);
        return aad;
    }

    /** RFC 7714 §8.1 and §9.1: two zero bytes, the SSRC and the 48-bit index, exclusive-or the salt. */
    private long nonce(int saltOffset, int ssrc, long index) {
        long salt = memory.address() + saltOffset;
        long nonce = memory.address() + NONCE;
        NativeMemory.putIntBigEndian(nonce, NativeMemory.getIntBigEndian(salt) ^ ssrc >>> 16);
        long low = (long) ssrc << 48 | index;
        NativeMemory.putLongBigEndian(nonce + 4, NativeMemory.getLongBigEndian(salt + 4) ^ low);
        return nonce;
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
        memory.close();
    }
}

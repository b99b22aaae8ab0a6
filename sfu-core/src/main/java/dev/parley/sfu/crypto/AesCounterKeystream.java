package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketPool;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * The AES-CM keystream of RFC 3711 §4.1.1 for one session key and salt; owned by one thread.
 *
 * <p>It encrypts counter blocks in ECB mode and exclusive-ors the result: unlike the JDK's CTR mode, this takes no new
 * parameter object and no re-initialisation a packet, so it allocates nothing.
 */
final class AesCounterKeystream implements AutoCloseable {
    private static final int BLOCK_LENGTH = 16;

    private final Cipher aes;
    private final byte[] counters = new byte[PacketPool.PACKET_CAPACITY + BLOCK_LENGTH];
    private final byte[] keystream = new byte[PacketPool.PACKET_CAPACITY + BLOCK_LENGTH];
    private long saltHigh;
    private long saltLow;

    AesCounterKeystream(byte[] key, byte[] salt) {
        // k_s * 2^16: the 14-byte salt stands at the front of the 16-byte block.
        byte[] block = Arrays.copyOf(salt, BLOCK_LENGTH);
        this.saltHigh = BigEndian.getLong(block, 0);
        this.saltLow = BigEndian.getLong(block, Long.BYTES);
        Arrays.fill(block, (byte) 0);
        try {
            this.aes = Cipher.getInstance("AES/ECB/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES", e);
        }
        rekey(key);
    }

    /** Exclusive-ors the keystream of (SSRC, index) into {@code data}. */
    void apply(byte[] data, int offset, int length, int ssrc, long index) {
        // IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16)
        generate(saltHigh ^ (ssrc & 0xFFFF_FFFFL), saltLow ^ index << 16, length);
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            long word = BigEndian.getLong(data, offset + i) ^ BigEndian.getLong(keystream, i);
            BigEndian.putLong(data, offset + i, word);
        }
        for (; i < length; i++) {
            data[offset + i] ^= keystream[i];
        }
    }

    /** The keystream's first bytes for a whole initial counter block, for the vectors of RFC 3711 B.2. */
    byte[] keystream(long blockHigh, long blockLow, int length) {
        generate(blockHigh, blockLow, length);
        return Arrays.copyOf(keystream, length);
    }

    @Override
    public void close() {
        saltHigh = 0;
        saltLow = 0;
        Arrays.fill(counters, (byte) 0);
        Arrays.fill(keystream, (byte) 0);
        rekey(new byte[BLOCK_LENGTH]);
    }

    private void generate(long high, long low, int length) {
        int bytes = (length + BLOCK_LENGTH - 1) / BLOCK_LENGTH * BLOCK_LENGTH;
        // The counter is the low 16 bits, and a packet has fewer blocks than that, so it never carries.
        for (int i = 0; i < bytes; i += BLOCK_LENGTH) {
            BigEndian.putLong(counters, i, high);
            BigEndian.putLong(counters, i + Long.BYTES, low + i / BLOCK_LENGTH);
        }
        try {
            aes.update(counters, 0, bytes, keystream, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed", e);
        }
    }

    private void rekey(byte[] key) {
        try (SessionKey secret = new SessionKey(key, "AES")) {
            aes.init(Cipher.ENCRYPT_MODE, secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused its key", e);
        }
    }
}

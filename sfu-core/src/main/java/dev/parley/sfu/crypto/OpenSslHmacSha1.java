package dev.parley.sfu.crypto;

/**
 * HMAC-SHA1 (RFC 2104) under one key, by OpenSSL's SHA-1; owned by one thread. The key's two blocks are hashed once;
 * each packet starts from copies of these states.
 */
final class OpenSslHmacSha1 implements Secret {
    private static final int BLOCK_LENGTH = 64;
    private static final int DIGEST_LENGTH = 20;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5C;

    /** SHA_CTX: five words of state, two of length, a block, and the bytes in it. */
    private static final int STATE_LENGTH = 96;

    private static final int WORDS_LENGTH = 20;

    // What the memory holds, by offset.
    private static final int INNER = 0;
    private static final int OUTER = 96;
    private static final int WORK = 192;
    private static final int BLOCK = 288;
    private static final int MEMORY_LENGTH = BLOCK + BLOCK_LENGTH;

    private final OpenSsl library;
    private final SecretMemory memory;

    /** Copies what it needs of the key, which stays the caller's to overwrite. */
    OpenSslHmacSha1(OpenSsl library, byte[] key, NativeHeap heap) {
        this.library = library;
        this.memory = new SecretMemory(heap, MEMORY_LENGTH);
        long address = memory.address();
        try {
            hashPad(address + INNER, key, INNER_PAD);
            hashPad(address + OUTER, key, OUTER_PAD);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        // The outer hash is of one more block, always: the inner digest and the padding of FIPS 180-4 §5.1.1.
        NativeMemory.wipe(address + BLOCK, BLOCK_LENGTH);
        NativeMemory.putIntBigEndian(address + BLOCK + DIGEST_LENGTH, 0x8000_0000);
        NativeMemory.putIntBigEndian(address + BLOCK + BLOCK_LENGTH - 4, Byte.SIZE * (BLOCK_LENGTH + DIGEST_LENGTH));
    }

    private void hashPad(long state, byte[] key, byte pad) {
        long block = memory.address() + BLOCK;
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            NativeMemory.putByte(block + i, (byte) (i < key.length ? key[i] ^ pad : pad));
        }
        library.sha1Init(state);
        library.sha1Update(state, block, BLOCK_LENGTH);
    }

    /** Computes the code of {@code length} bytes at {@code data}, to be taken by the two accessors. */
    void compute(long data, int length) {
        long address = memory.address();
        NativeMemory.copy(address + INNER, address + WORK, STATE_LENGTH);
        library.sha1Update(address + WORK, data, length);
        library.sha1Final(address + BLOCK, address + WORK);
        NativeMemory.copy(address + OUTER, address + WORK, WORDS_LENGTH);
        library.sha1Transform(address + WORK, address + BLOCK);
    }

    /** The first eight bytes of the code last computed. */
    long first8Bytes() {
        long words = memory.address() + WORK;
        return (long) NativeMemory.getInt(words) << 32 | NativeMemory.getInt(words + 4) & 0xFFFF_FFFFL;
    }

    /** The two bytes behind them. */
    int next2Bytes() {
        return NativeMemory.getInt(memory.address() + WORK + 8) >>> 16;
    }

    @Override
    public void close() {
        memory.close();
    }
}

package dev.parley.sfu.crypto;

/**
 * One key in one direction, kept in an EVP_CIPHER_CTX from packet to packet, so that only the nonce is set anew; owned
 * by one thread.
 */
final class OpenSslContext implements Secret {
    private static final int KEEP = -1;

    // What the memory holds, by offset.
    private static final int LENGTH_OUT = 0;
    private static final int NONCE = 16;
    private static final int KEY = 32;
    private static final int MEMORY_LENGTH = 64;

    private final OpenSsl library;
    private final SecretMemory memory;
    private long context;

    /**
     * @param cipher an EVP_CIPHER
     * @param key stays the caller's, to overwrite
     */
    OpenSslContext(OpenSsl library, long cipher, byte[] key, SrtpCipher.Direction direction, NativeHeap heap) {
        this.library = library;
        this.memory = new SecretMemory(heap, MEMORY_LENGTH);
        try {
            context = library.newContext();
            long address = memory.address();
            NativeMemory.put(address + KEY, key);
            int encrypt = direction == SrtpCipher.Direction.PROTECT ? 1 : 0;
            library.init(context, cipher, address + KEY, address + NONCE, encrypt);
            NativeMemory.wipe(address + KEY, key.length);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Begins a packet. */
    void start(long nonce) {
        library.init(context(), 0, 0, nonce, KEEP);
    }

    void associate(long data, int length) {
        library.update(context(), 0, memory.address() + LENGTH_OUT, data, length);
    }

    /** Encrypts or decrypts; {@code src} may be {@code dst}. */
    void turn(long src, long dst, int length) {
        library.update(context(), dst, memory.address() + LENGTH_OUT, src, length);
    }

    /** Ends a packet of an authenticating cipher. False when its tag is wrong. */
    boolean finish() {
        return library.finish(context(), memory.address() + KEY, memory.address() + LENGTH_OUT);
    }

    void getParameters(long parameters) {
        library.getParameters(context(), parameters);
    }

    void setParameters(long parameters) {
        library.setParameters(context(), parameters);
    }

    private long context() {
        if (context == 0) {
            throw new IllegalStateException("used after it was closed");
        }
        return context;
    }

    @Override
    public void close() {
        if (context != 0) {
            library.freeContext(context);
            context = 0;
        }
        memory.close();
    }
}

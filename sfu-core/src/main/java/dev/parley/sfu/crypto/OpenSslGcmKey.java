package dev.parley.sfu.crypto;

/** AES-GCM by OpenSSL's EVP; owned by one thread. Five calls a packet, each of which costs as much as a short packet. */
final class OpenSslGcmKey implements GcmKey {
    /** OSSL_CIPHER_PARAM_AEAD_TAG. */
    private static final String TAG_PARAMETER = "tag";

    private static final int OCTET_STRING = 5;
    private static final long TAG_LENGTH = 16;

    // An OSSL_PARAM that holds the tag and the one that ends the list, by offset; then the parameter's name.
    private static final int NAME_POINTER = 0;
    private static final int TYPE = 8;
    private static final int DATA_POINTER = 16;
    private static final int DATA_LENGTH = 24;
    private static final int END = 40;
    private static final int NAME = 80;
    private static final int MEMORY_LENGTH = 96;

    private final OpenSslContext context;
    private final SecretMemory parameters;

    /** Takes over the context, which is closed with it. */
    OpenSslGcmKey(OpenSslContext context, NativeHeap heap) {
        this.context = context;
        this.parameters = new SecretMemory(heap, MEMORY_LENGTH);
        long address = parameters.address();
        NativeMemory.put(address + NAME, NativeMemory.zeroTerminated(TAG_PARAMETER));
        NativeMemory.putLong(address + NAME_POINTER, address + NAME);
        NativeMemory.putInt(address + TYPE, OCTET_STRING);
        NativeMemory.putLong(address + DATA_LENGTH, TAG_LENGTH);
        NativeMemory.putLong(address + END, 0);
    }

    @Override
    public void encrypt(long nonce, long aad, int aadLength, long src, long dst, int length, long tag) {
        context.start(nonce);
        context.associate(aad, aadLength);
        if (length != 0) {
            context.turn(src, dst, length);
        }
        if (!context.finish()) {
            throw new IllegalStateException("EVP_CipherFinal_ex failed");
        }
        context.getParameters(tagAt(tag));
    }

    @Override
    public boolean decrypt(long nonce, long aad, int aadLength, long data, int length, long tag) {
        context.start(nonce);
        context.associate(aad, aadLength);
        if (length != 0) {
            context.turn(data, data, length);
        }
        context.setParameters(tagAt(tag));
        if (context.finish()) { // Compares in constant time.
            return true;
        }
        if (length != 0) {
            // What came was decrypted before the tag could be known; the same keystream once more gives it back.
            context.start(nonce);
            context.turn(data, data, length);
        }
        return false;
    }

    private long tagAt(long tag) {
        long address = parameters.address();
        NativeMemory.putLong(address + DATA_POINTER, tag);
        return address;
    }

    @Override
    public void close() {
        context.close();
        parameters.close();
    }
}

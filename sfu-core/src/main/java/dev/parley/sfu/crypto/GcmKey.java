package dev.parley.sfu.crypto;

/** AES-GCM under one key and in one direction, on native memory; owned by one thread. Tags have 16 bytes, nonces 12. */
interface GcmKey extends Secret {
    /**
     * Encrypts {@code length} bytes from {@code src} to {@code dst}, which may be the same.
     *
     * @param nonce the address of the nonce, as all but the lengths are addresses
     */
    void encrypt(long nonce, long aad, int aadLength, long src, long dst, int length, long tag);

    /** Authenticates and decrypts in place. False when the tag is wrong; the data is then as it was. */
    boolean decrypt(long nonce, long aad, int aadLength, long data, int length, long tag);
}

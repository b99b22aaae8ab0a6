package dev.parley.sfu.crypto;

/**
 * SRTP ciphers from Intel's Multi-Buffer Crypto for IPsec: AES-GCM in under a third of the time that OpenSSL 3.0 takes.
 *
 * <p>AES-CM with HMAC-SHA1 is left to others: the library computes SHA-1 for many packets at once, and for a single one
 * takes 3.1 µs at 1,200 bytes, where OpenSSL takes 0.7 µs.
 */
final class IpsecMbSrtpCipherProvider implements SrtpCipherProvider {
    static final String NAME = "ipsec-mb";

    private final IpsecMb library;
    private final NativeHeap heap;

    IpsecMbSrtpCipherProvider(IpsecMb library, NativeHeap heap) {
        this.library = library;
        this.heap = heap;
    }

    static IpsecMbSrtpCipherProvider load() throws UnavailableException {
        NativeHeap heap = new CHeap();
        return new IpsecMbSrtpCipherProvider(IpsecMb.load(heap), heap);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return library.version();
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return profile.isAead();
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        try (CipherParts parts = new CipherParts()) {
            GcmKey rtp = parts.add(library.gcmKey(keys.rtp().encryptionKey(), heap));
            GcmKey rtcp = parts.add(library.gcmKey(keys.rtcp().encryptionKey(), heap));
            return parts.complete(new NativeGcmCipher(rtp, rtcp, keys, heap));
        }
    }
}

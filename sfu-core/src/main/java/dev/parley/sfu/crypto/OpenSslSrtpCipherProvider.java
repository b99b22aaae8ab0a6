package dev.parley.sfu.crypto;

import java.util.EnumMap;
import java.util.Map;

/** SRTP ciphers from OpenSSL 3, which nearly every Linux system has. */
final class OpenSslSrtpCipherProvider implements SrtpCipherProvider {
    static final String NAME = "openssl";

    private final OpenSsl library;
    private final NativeHeap heap;
    /** EVP_CIPHERs, fetched once and kept as long as the JVM runs. */
    private final Map<SrtpProfile, Long> ciphers = new EnumMap<>(SrtpProfile.class);

    OpenSslSrtpCipherProvider(OpenSsl library, NativeHeap heap) {
        this.library = library;
        this.heap = heap;
        for (SrtpProfile profile : SrtpProfile.values()) {
            long cipher = profile.isAead() || library.hasSha1() ? library.fetch(cipherName(profile), heap) : 0;
            if (cipher != 0) {
                ciphers.put(profile, cipher);
            }
        }
    }

    static OpenSslSrtpCipherProvider load() throws UnavailableException {
        NativeHeap heap = new CHeap();
        return new OpenSslSrtpCipherProvider(OpenSsl.load(), heap);
    }

    private static String cipherName(SrtpProfile profile) {
        return switch (profile) {
            case AEAD_AES_128_GCM -> "AES-128-GCM";
            case AEAD_AES_256_GCM -> "AES-256-GCM";
            case AES128_CM_SHA1_80 -> "AES-128-CTR";
        };
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
        return ciphers.containsKey(profile);
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        try (CipherParts parts = new CipherParts()) {
            return parts.complete(
                    keys.profile().isAead() ? gcm(parts, keys, direction) : counterMode(parts, keys, direction));
        }
    }

    private SrtpCipher gcm(CipherParts parts, SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        GcmKey rtp = parts.add(new OpenSslGcmKey(context(parts, keys, keys.rtp(), direction), heap));
        GcmKey rtcp = parts.add(new OpenSslGcmKey(context(parts, keys, keys.rtcp(), direction), heap));
        return new NativeGcmCipher(rtp, rtcp, keys, heap);
    }

    private SrtpCipher counterMode(CipherParts parts, SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        return new OpenSslAesCmCipher(
                context(parts, keys, keys.rtp(), direction),
                context(parts, keys, keys.rtcp(), direction),
                parts.add(new OpenSslHmacSha1(library, keys.rtp().authenticationKey(), heap)),
                parts.add(new OpenSslHmacSha1(library, keys.rtcp().authenticationKey(), heap)),
                keys,
                heap);
    }

    private OpenSslContext context(
            CipherParts parts, SrtpSessionKeys all, SrtpSessionKeys.Keys keys, SrtpCipher.Direction direction) {
        long cipher = ciphers.getOrDefault(all.profile(), 0L);
        return parts.add(new OpenSslContext(library, cipher, keys.encryptionKey(), direction, heap));
    }
}

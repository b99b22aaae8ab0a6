package dev.parley.sfu.crypto;

/** SRTP ciphers from the JDK: there on every machine, and the yardstick for the native ones. */
public final class JdkSrtpCipherProvider implements SrtpCipherProvider {
    static final String NAME = "jdk";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return Runtime.version().toString();
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return true;
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        return keys.profile().isAead() ? new JdkAesGcmCipher(keys, direction) : new JdkAesCmCipher(keys);
    }
}

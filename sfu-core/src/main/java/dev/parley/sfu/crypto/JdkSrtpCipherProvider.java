package dev.parley.sfu.crypto;

/** SRTP ciphers from the JDK: there on every machine, and the yardstick for the native ones. */
public final class JdkSrtpCipherProvider implements SrtpCipherProvider {
    @Override
    public String name() {
        return "jdk";
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

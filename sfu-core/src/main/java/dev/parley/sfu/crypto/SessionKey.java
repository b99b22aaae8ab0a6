package dev.parley.sfu.crypto;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A JCA key that can be overwritten, which the JDK's {@code SecretKeySpec} cannot; owned by its cipher's thread. */
final class SessionKey implements SecretKey, AutoCloseable {
    private static final long serialVersionUID = 1L;

    private final transient byte[] key;
    private final String algorithm;
    private boolean destroyed;

    SessionKey(byte[] key, String algorithm) {
        this.key = key.clone();
        this.algorithm = algorithm;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return key.clone();
    }

    @Override
    public void destroy() {
        Arrays.fill(key, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public void close() {
        destroy();
    }
}

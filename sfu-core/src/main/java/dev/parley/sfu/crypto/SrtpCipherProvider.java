package dev.parley.sfu.crypto;

/** A source of {@link SrtpCipher}s, such as the JDK or a native library. Its methods may be called by any thread. */
public interface SrtpCipherProvider {
    /** A short name for logs and metrics. */
    String name();

    /** The version of the library behind it. */
    String version();

    /** Whether the provider has ciphers for the profile on this machine. */
    boolean supports(SrtpProfile profile);

    /** A cipher for one direction. It copies what it needs of {@code keys}, which the caller then closes. */
    SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction);
}

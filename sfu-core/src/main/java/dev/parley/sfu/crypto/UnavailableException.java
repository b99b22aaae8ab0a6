package dev.parley.sfu.crypto;

/** A native library that cannot be used on this machine; the message says why, and what would mend it. */
final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
        super(message);
    }
}

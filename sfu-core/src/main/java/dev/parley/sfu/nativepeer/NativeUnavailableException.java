package dev.parley.sfu.nativepeer;

/** Native peers cannot be used on this machine; the message is one sentence that says why and what to do. */
public final class NativeUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NativeUnavailableException(String message) {
        super(message);
    }
}

package dev.parley.signaling.protocol;

import org.jspecify.annotations.Nullable;

/** A client's message that cannot be read, with what to reply. */
public final class BadMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable Long id;
    private final ErrorCode code;

    BadMessageException(@Nullable Long id, ErrorCode code, String message) {
        super(message);
        this.id = id;
        this.code = code;
    }

    /** The request's id, if that much could be read. */
    public @Nullable Long id() {
        return id;
    }

    public ErrorCode code() {
        return code;
    }

    /** The sentence for the client. */
    public String sentence() {
        String message = getMessage();
        return message == null ? code.wireName() : message;
    }
}

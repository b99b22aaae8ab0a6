package dev.parley.signaling.session;

/** A join that is refused because too many came from its source address. */
public final class TooManyJoinsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyJoinsException() {
        super("Too many joins from your address: try again in a minute.");
    }
}

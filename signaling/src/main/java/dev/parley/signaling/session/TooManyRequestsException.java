package dev.parley.signaling.session;

/** A request that is refused because too many came lately from the same source. */
public final class TooManyRequestsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooManyRequestsException(String sentence) {
        super(sentence);
    }

    static TooManyRequestsException joins() {
        return new TooManyRequestsException("Too many joins from your address: try again in a minute.");
    }

    static TooManyRequestsException offers() {
        return new TooManyRequestsException("Too many offers: try again in a few seconds.");
    }
}

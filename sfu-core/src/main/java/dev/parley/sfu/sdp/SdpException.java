package dev.parley.sfu.sdp;

import java.util.Objects;

/** Tells why a description cannot be read or answered, in a sentence fit to be shown to whoever sent it. */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int line;

    /** Whose fault it is. */
    public enum Reason {
        /** The text breaks the grammar, or contradicts itself. */
        MALFORMED,
        /** The text is sound, but asks for what is not done here, or goes over a limit. */
        UNSUPPORTED
    }

    private SdpException(Reason reason, int line, String sentence) {
        super(line > 0 ? "SDP line " + line + ": " + sentence : "SDP: " + sentence);
        this.reason = reason;
        this.line = line;
    }

    static SdpException malformed(int line, String sentence) {
        return new SdpException(Reason.MALFORMED, line, sentence);
    }

    static SdpException unsupported(int line, String sentence) {
        return new SdpException(Reason.UNSUPPORTED, line, sentence);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public Reason reason() {
        return reason;
    }

    /** The line at fault, counted from 1; 0 when it is the description as a whole. */
    public int line() {
        return line;
    }
}

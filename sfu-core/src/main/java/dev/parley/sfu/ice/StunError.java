package dev.parley.sfu.ice;

/** The error codes that a STUN server with short-term credentials answers with (RFC 8489 §14.8, RFC 8445 §16.2). */
public enum StunError {
    BAD_REQUEST(400),
    UNAUTHENTICATED(401),
    UNKNOWN_ATTRIBUTE(420),
    ROLE_CONFLICT(487);

    private final int code;

    StunError(int code) {
        this.code = code;
    }

    /** The code as it is on the wire: 300 to 699. */
    public int code() {
        return code;
    }
}

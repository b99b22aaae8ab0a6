package dev.parley.sfu.ice;

/** The four classes of STUN message, RFC 8489 §5. */
public enum StunClass {
    REQUEST,
    INDICATION,
    SUCCESS,
    ERROR
}

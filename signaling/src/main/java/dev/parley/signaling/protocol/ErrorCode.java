package dev.parley.signaling.protocol;

import dev.parley.sfu.SfuException;

/**
 * Why a request is refused before it reaches the SFU, whose own codes are {@link SfuException.Code}. The
 * {@link #wireName()} of a code never changes.
 */
public enum ErrorCode {
    /** Not a JSON object. */
    BAD_JSON,
    /** A field is missing, of the wrong type or out of range. */
    BAD_REQUEST,
    UNKNOWN_TYPE,
    TOO_LARGE,
    RATE_LIMITED,
    NOT_JOINED,
    ALREADY_JOINED,
    /** No session of this token waits: the grace period is over, or the token was used before. */
    RESUME_EXPIRED,
    UNAUTHORIZED,
    ORIGIN_REFUSED,
    INTERNAL;

    public String wireName() {
        return WireNames.of(this);
    }
}

package dev.parley.benchmarks.livekit;

import java.util.Locale;

/** Why LiveKit lets a member go, numbered as in its protocol. */
enum DisconnectReason {
    UNKNOWN_REASON,
    CLIENT_INITIATED,
    DUPLICATE_IDENTITY,
    SERVER_SHUTDOWN,
    PARTICIPANT_REMOVED,
    ROOM_DELETED,
    STATE_MISMATCH,
    JOIN_FAILURE,
    MIGRATION,
    SIGNAL_CLOSE,
    ROOM_CLOSED,
    USER_UNAVAILABLE,
    USER_REJECTED,
    SIP_TRUNK_FAILURE,
    CONNECTION_TIMEOUT,
    MEDIA_FAILURE,
    AGENT_ERROR;

    /** Numbers that are newer than this list are as if no reason had been told. */
    static DisconnectReason of(long number) {
        return number >= 0 && number < values().length ? values()[(int) number] : UNKNOWN_REASON;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

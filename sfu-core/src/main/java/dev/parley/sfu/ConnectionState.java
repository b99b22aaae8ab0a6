package dev.parley.sfu;

/** The state of a participant's media connection. */
public enum ConnectionState {
    /** No offer has been answered yet, or ICE and DTLS are under way. */
    CONNECTING,
    CONNECTED,
    /**
     * Consent is lost (RFC 7675); an ICE restart or a check from the client brings it back. How long to wait for that
     * is the application's choice: it ends the wait by {@link Participant#leave}.
     */
    DISCONNECTED,
    /** Ended; nothing brings it back. */
    CLOSED
}

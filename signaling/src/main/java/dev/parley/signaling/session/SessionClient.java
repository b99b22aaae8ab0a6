package dev.parley.signaling.session;

/** The client's end of a session, in whatever wire format. Called on the session loop. */
public interface SessionClient {
    void event(SharedEvent event);

    /** The session is no longer this client's; it is told why and then disconnected. */
    void ended(EndReason reason);

    /** When the client last gave a sign of life. */
    long lastHeardNs();
}

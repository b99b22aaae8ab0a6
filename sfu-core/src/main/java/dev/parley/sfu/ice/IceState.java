package dev.parley.sfu.ice;

/** Where an {@link IceAgent} stands. */
public enum IceState {
    /** No path has been nominated. */
    NEW,
    /** A path is selected and its far end goes on checking it. */
    CONNECTED,
    /** Consent was lost, before or after a nomination: nothing may be sent until it is regained. */
    DISCONNECTED,
    /** The agent is done and answers nothing. */
    CLOSED;

    /** The next state, if the step is legal. */
    IceState transition(IceState next) {
        boolean legal = switch (this) {
            case NEW -> next != NEW;
            case CONNECTED -> next == DISCONNECTED || next == CLOSED;
            case DISCONNECTED -> next == CONNECTED || next == CLOSED;
            case CLOSED -> false;
        };
        if (!legal) {
            throw new IllegalStateException("from " + this + " to " + next);
        }
        return next;
    }
}

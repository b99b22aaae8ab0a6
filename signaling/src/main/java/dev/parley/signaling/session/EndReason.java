package dev.parley.signaling.session;

import dev.parley.sfu.RoomEvent.LeaveReason;

/** Why a client's connection to its session ends. */
public enum EndReason {
    /** It asked to leave. */
    LEFT("You have left."),
    TIMED_OUT("The connection was lost for too long."),
    /** Removed by the application. */
    KICKED("You have been removed from the room."),
    ROOM_CLOSED("The room has been closed."),
    REPLACED("You have joined again from another window or device."),
    SERVER_SHUTDOWN("The server is shutting down."),
    /** The session itself goes on, on the socket that has resumed it. */
    RESUMED_ELSEWHERE("The session goes on over another connection.");

    private final String sentence;

    EndReason(String sentence) {
        this.sentence = sentence;
    }

    /** For people. */
    public String sentence() {
        return sentence;
    }

    static EndReason of(LeaveReason reason) {
        return switch (reason) {
            case LEFT -> LEFT;
            case TIMED_OUT -> TIMED_OUT;
            case REMOVED -> KICKED;
            case ROOM_CLOSED -> ROOM_CLOSED;
            case REPLACED -> REPLACED;
            case SERVER_SHUTDOWN -> SERVER_SHUTDOWN;
        };
    }
}

package dev.parley.signaling.session;

/** Somebody who is told a room's events. Called on the session loop. */
public interface RoomMember {
    /** The id of the member's participant. */
    String participantId();

    void onEvent(SharedEvent event);
}

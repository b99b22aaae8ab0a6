package dev.parley.signaling.session;

import dev.parley.sfu.Room;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;

/** What signaling needs of the SFU: rooms by name, and its counters. Any thread. */
public interface RoomDirectory {
    /**
     * The room of this name, made when there is none.
     *
     * @throws SfuException with {@code ROOM_LIMIT} when no more may be made
     */
    Room room(String name);

    SfuStats stats();
}

package dev.parley.sfu.shard;

import java.util.Comparator;

/**
 * How much a shard has to do, for placing rooms.
 *
 * @param busyShare the share of the last second in which its thread was not waiting, 0 to 1
 * @param newRooms rooms placed on it that {@code busyShare} knows nothing of yet
 * @param participants participants on it now
 * @param rooms rooms on it now
 */
public record ShardLoad(double busyShare, int newRooms, int participants, int rooms) {
    /** Shares less than this apart are equal: below it, measuring is mostly noise. */
    private static final double SHARE_STEP = 0.05;
    /**
     * What a room is taken to cost until it is measured: about that of ten participants with cameras. Otherwise all rooms
     * that are made within one second would go to the same shard.
     */
    private static final double NEW_ROOM_SHARE = 0.02;

    /** The least loaded first: by measured and expected load, then by participants, then by rooms. */
    public static final Comparator<ShardLoad> ASCENDING = Comparator.comparingInt(ShardLoad::step)
            .thenComparingInt(ShardLoad::participants)
            .thenComparingInt(ShardLoad::rooms);

    private int step() {
        return (int) ((busyShare + newRooms * NEW_ROOM_SHARE) / SHARE_STEP);
    }
}

package dev.parley.benchmarks.load.target;

import java.nio.file.Path;
import java.util.List;

/**
 * How a target is to start its server.
 *
 * @param cores the cores that it may use; empty for all
 * @param folder for its configuration and logs; there, and empty
 * @param maxParticipants that it will have at most, over all rooms, for servers that are to be told
 */
public record ServerPlan(Place place, List<Integer> cores, Path folder, int maxParticipants) {
    /** More than any server carries on a core, so that none refuses a member for a number that this tool has told it. */
    public static final int MANY = 10_000;

    public ServerPlan {
        cores = List.copyOf(cores);
    }
}

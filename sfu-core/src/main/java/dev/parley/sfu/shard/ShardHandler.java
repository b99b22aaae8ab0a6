package dev.parley.sfu.shard;

import dev.parley.sfu.io.DatagramHandler;

/** What a {@link Shard} drives: packets, and the end of every turn of its loop. */
public interface ShardHandler extends DatagramHandler {
    /** All packets, commands and deadlines of this turn are done; what is sent now leaves with this turn's flush. */
    void turnEnd(long nowNs);
}

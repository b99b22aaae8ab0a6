package dev.parley.sfu.shard;

import dev.parley.sfu.io.DatagramHandler;

/** What a {@link Shard} drives: packets, and the end of every turn of its loop. */
public interface ShardHandler extends DatagramHandler {
    /** Whether {@link #turnBegin} has something to do, so that no time is to be spent waiting. */
    default boolean hasWork() {
        return false;
    }

    /** The packets of this turn have been delivered; commands and deadlines are next. */
    default void turnBegin(long nowNs) {}

    /** All packets, commands and deadlines of this turn are done; what is sent now leaves with this turn's flush. */
    void turnEnd(long nowNs);

    /**
     * What was sent in this turn has been handed to the operating system.
     *
     * @param nowNs the clock, read after the flush
     * @param readNs when the turn's packets began to be read
     * @param gatheredNs how long the port had let packets gather before that
     */
    default void flushed(long nowNs, long readNs, long gatheredNs) {}

    /** The loop has ended: the packets of the shard's pool go next. */
    default void stopped() {}
}

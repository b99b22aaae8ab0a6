package dev.parley.sfu.shard;

import dev.parley.sfu.stats.Counter;

/**
 * The health of a {@link Shard}'s loop: written by its thread, read by any.
 *
 * @param turns turns of the loop
 * @param slowTurns turns that kept the loop busy for more than {@link Shard#SLOW_TURN_NS}
 * @param failures exceptions that reached the loop's root: each is a bug of ours
 * @param commands commands run from the mailbox
 * @param busyNs time not spent waiting, in nanoseconds
 * @param packetsHeld buffers of the pool in use at the end of the last turn
 */
public record ShardCounters(
        Counter turns, Counter slowTurns, Counter failures, Counter commands, Counter busyNs, Counter packetsHeld) {
    ShardCounters() {
        this(new Counter(), new Counter(), new Counter(), new Counter(), new Counter(), new Counter());
    }
}

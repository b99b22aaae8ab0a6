package dev.parley.sfu.pipe;

import dev.parley.sfu.stats.Counter;

/**
 * What has come into a shard through pipes: written by its thread, read by any.
 *
 * @param packets packets, each copied once whoever watches
 * @param bytes their bytes, decrypted
 * @param messages what the segments of rooms have told each other
 */
public record PipeCounters(Counter packets, Counter bytes, Counter messages) {
    public PipeCounters() {
        this(new Counter(), new Counter(), new Counter());
    }
}

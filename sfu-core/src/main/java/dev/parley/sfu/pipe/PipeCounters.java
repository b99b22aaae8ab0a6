package dev.parley.sfu.pipe;

import dev.parley.sfu.stats.Counter;

/**
 * What has come into a shard through pipes: written by its thread, read by any.
 *
 * @param packets packets, each copied once whoever watches
 * @param bytes their bytes, decrypted
 * @param commands messages between the segments of rooms
 */
public record PipeCounters(Counter packets, Counter bytes, Counter commands) {
    public PipeCounters() {
        this(new Counter(), new Counter(), new Counter());
    }
}

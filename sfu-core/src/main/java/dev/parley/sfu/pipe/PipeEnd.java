package dev.parley.sfu.pipe;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.peer.ReplicaDirectory;
import java.util.function.LongConsumer;

/**
 * Where packets go that come out of pipes.
 *
 * @param pool what they are copied into
 * @param forwarded told when a packet arrived at the server that has now gone on to somebody
 */
record PipeEnd(PacketPool pool, ReplicaDirectory replicas, PipeCounters counters, LongConsumer forwarded) {}

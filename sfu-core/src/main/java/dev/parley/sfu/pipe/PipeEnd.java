package dev.parley.sfu.pipe;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.peer.ReplicaDirectory;

/**
 * Where packets go that come out of pipes.
 *
 * @param pool what they are copied into
 */
record PipeEnd(PacketPool pool, ReplicaDirectory replicas, PipeCounters counters) {}

/** The loop that owns rooms: one thread with its port, packets, commands and deadlines. Engine ring. */
@NullMarked
package dev.parley.sfu.shard;

import org.jspecify.annotations.NullMarked;

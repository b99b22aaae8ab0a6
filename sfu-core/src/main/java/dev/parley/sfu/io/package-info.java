/** The sockets of a shard: datagrams, passive ICE-TCP connections and the addresses of the machine. Engine ring. */
@NullMarked
package dev.parley.sfu.io;

import org.jspecify.annotations.NullMarked;

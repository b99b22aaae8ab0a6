/** Packets in off-heap memory and the pools they come from. Foundation ring. */
@NullMarked
package dev.parley.sfu.buffer;

import org.jspecify.annotations.NullMarked;

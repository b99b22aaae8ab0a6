/** The pipe between shards, by which one room can use several. Engine ring. */
@NullMarked
package dev.parley.sfu.pipe;

import org.jspecify.annotations.NullMarked;

/** Rooms: who is in them, who receives whom, who speaks. Session ring. */
@NullMarked
package dev.parley.sfu.room;

import org.jspecify.annotations.NullMarked;

/** Which of a track's simulcast layers a subscriber gets. Media ring. */
@NullMarked
package dev.parley.sfu.layers;

import org.jspecify.annotations.NullMarked;

/** Which of a track's simulcast and SVC layers a subscriber gets, and where it may change. Media ring. */
@NullMarked
package dev.parley.sfu.layers;

import org.jspecify.annotations.NullMarked;

/** The embedding API: {@code Sfu}, {@code Room}, {@code Participant} and their events. */
@NullMarked
package dev.parley.sfu;

import org.jspecify.annotations.NullMarked;

/** What a subscriber's way there carries: estimate, probing and pacing of what is sent. Media ring. */
@NullMarked
package dev.parley.sfu.congestion;

import org.jspecify.annotations.NullMarked;

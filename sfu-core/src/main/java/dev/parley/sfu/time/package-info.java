/** Arithmetic of sequence numbers, RTP timestamps and NTP time. Foundation ring. */
@NullMarked
package dev.parley.sfu.time;

import org.jspecify.annotations.NullMarked;

/** WHIP (RFC 9725) and WHEP: the same join over plain HTTP. */
@NullMarked
package dev.parley.signaling.whip;

import org.jspecify.annotations.NullMarked;

/** Hand-written stand-ins for the SFU and for time. */
@NullMarked
package dev.parley.signaling.fake;

import org.jspecify.annotations.NullMarked;

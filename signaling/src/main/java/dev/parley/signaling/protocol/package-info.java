/** The JSON protocol of {@code docs/signaling.md}: records, their wire names and one codec. Knows no sockets. */
@NullMarked
package dev.parley.signaling.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * Session descriptions (RFC 8866) and their answers (RFC 9429), as far as an SFU needs them. Protocol ring: no
 * sockets, threads or clocks.
 */
@NullMarked
package dev.parley.sfu.sdp;

import org.jspecify.annotations.NullMarked;

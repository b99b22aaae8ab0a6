/** DTLS handshakes by BouncyCastle, each on a virtual thread of its own. Engine ring: threads and clocks. */
@NullMarked
package dev.parley.sfu.handshake;

import org.jspecify.annotations.NullMarked;

/** ICE-lite (RFC 8445 §2.5) and the STUN codec under it (RFC 8489). Protocol ring: no sockets, threads or clocks. */
@NullMarked
package dev.parley.sfu.ice;

import org.jspecify.annotations.NullMarked;

/** One WebRTC endpoint: ICE, DTLS, SRTP and streams put together. Session ring: no sockets, threads or clocks. */
@NullMarked
package dev.parley.sfu.peer;

import org.jspecify.annotations.NullMarked;

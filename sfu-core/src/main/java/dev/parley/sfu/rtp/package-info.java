/** RTP packets, their header extensions, and the payload descriptors that forwarding needs. Protocol ring. */
@NullMarked
package dev.parley.sfu.rtp;

import org.jspecify.annotations.NullMarked;

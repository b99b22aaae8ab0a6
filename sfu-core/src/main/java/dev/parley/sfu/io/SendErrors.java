package dev.parley.sfu.io;

import dev.parley.sfu.stats.Counter;

/**
 * Why the kernel did not take datagrams, by kind: written by the port's thread, read by any.
 *
 * @param again sends put off because the socket's buffer was full (EAGAIN), whether or not a retry got through
 * @param noBuffers sends refused because the device's queue was full (ENOBUFS)
 * @param segmentationRefused runs that the kernel would not segment, sent again packet by packet
 * @param others all other errors, such as an unreachable network or an ICMP answer to an earlier datagram
 */
public record SendErrors(Counter again, Counter noBuffers, Counter segmentationRefused, Counter others) {
    SendErrors() {
        this(new Counter(), new Counter(), new Counter(), new Counter());
    }
}

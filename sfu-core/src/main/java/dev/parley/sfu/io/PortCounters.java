package dev.parley.sfu.io;

import dev.parley.sfu.stats.Counter;

/**
 * What a {@link UdpPort} has moved: written by its thread, read by any. Drops are in the shard's drop counters.
 *
 * @param packetsIn packets delivered to the handler, UDP and TCP
 * @param bytesIn their bytes, without headers of UDP, TCP or framing
 * @param packetsOut packets accepted for sending
 * @param bytesOut their bytes
 * @param tcpAccepted connections accepted
 * @param tcpRefused connections closed at once because of a limit
 * @param tcpClosed accepted connections that have ended
 * @param gatheredNs time spent letting packets gather before reading them, in nanoseconds
 * @param runs packets that went to the kernel together; only the foreign layer counts them
 * @param sendErrors datagrams that the kernel did not take; only the foreign layer tells them apart
 */
public record PortCounters(
        Counter packetsIn,
        Counter bytesIn,
        Counter packetsOut,
        Counter bytesOut,
        Counter tcpAccepted,
        Counter tcpRefused,
        Counter tcpClosed,
        Counter gatheredNs,
        SendRuns runs,
        SendErrors sendErrors) {
    PortCounters() {
        this(
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new SendRuns(),
                new SendErrors());
    }
}

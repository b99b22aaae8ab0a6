package dev.parley.sfu.io;

import java.time.Duration;

/**
 * What ICE-TCP connections may cost.
 *
 * @param connections open at a time
 * @param connectionsPerSource open at a time from one IPv4 address or one IPv6 /64
 * @param firstFrame how long the first packet, a STUN message, may take
 * @param unverified how long a connection may stay open without {@link UdpPort#keep}
 * @param outboundBytes how much may wait to be written to one connection before packets to it are dropped
 * @param stuck how long a connection may stay over that limit before it is closed
 */
public record TcpLimits(
        int connections,
        int connectionsPerSource,
        Duration firstFrame,
        Duration unverified,
        int outboundBytes,
        Duration stuck) {
    public TcpLimits {
        if (connections < 1 || connectionsPerSource < 1 || outboundBytes < 2) {
            throw new IllegalArgumentException("TCP limits must be positive");
        }
    }

    public static TcpLimits defaults() {
        return new TcpLimits(
                4_096, 64, Duration.ofSeconds(10), Duration.ofSeconds(30), 512 * 1_024, Duration.ofSeconds(10));
    }
}

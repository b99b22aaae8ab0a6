package dev.parley.benchmarks.load.bot;

/**
 * What one connection has received, and what it has sent.
 *
 * @param firstMediaNs {@link System#nanoTime()} when the first media packet was there; 0 before
 * @param packetsSent media packets, without retransmissions
 * @param packetsReceived media packets, without retransmissions and probes
 */
public record ReceptionFigures(
        long firstMediaNs, long packetsSent, long bytesSent, long packetsReceived, long bytesReceived) {}

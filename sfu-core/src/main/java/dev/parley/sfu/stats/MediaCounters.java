package dev.parley.sfu.stats;

/**
 * What a shard's peers have received and sent: written by its thread, read by any.
 *
 * @param packetsIn RTP and RTCP packets that authenticated
 * @param bytesIn their SRTP bytes
 * @param packetsForwarded RTP packets, received here or through a pipe, that went on to at least one subscriber of this
 *     shard
 * @param packetsOut RTP and RTCP packets handed to the port
 * @param bytesOut their SRTP bytes
 * @param nacksReceived sequence numbers that subscribers asked for again
 * @param packetsRetransmitted packets sent again on a retransmission stream
 * @param packetsPaced media packets that could not leave with their turn, as their subscriber's way was full
 * @param paddingSent bytes of padding, and of repetitions nobody asked for, sent to probe ways to subscribers
 * @param keyframeRequestsSent PLI and FIR sent to publishers
 */
public record MediaCounters(
        Counter packetsIn,
        Counter bytesIn,
        Counter packetsForwarded,
        Counter packetsOut,
        Counter bytesOut,
        Counter nacksReceived,
        Counter packetsRetransmitted,
        Counter packetsPaced,
        Counter paddingSent,
        Counter keyframeRequestsSent) {
    public MediaCounters() {
        this(
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter(),
                new Counter());
    }
}

package dev.parley.sfu;

import java.util.List;
import java.util.Map;

/**
 * The server's counters, read without stopping it.
 *
 * @param drops packets dropped since the start, by reason in lower snake case
 * @param srtpProfiles connected peers since the start by negotiated SRTP profile
 * @param ioLayer the datagram layer in use
 */
public record SfuStats(
        int rooms,
        int participants,
        long packetsIn,
        long bytesIn,
        long packetsOut,
        long bytesOut,
        long nacksReceived,
        long packetsRetransmitted,
        long keyframeRequestsSent,
        Map<String, Long> drops,
        Map<String, Long> srtpProfiles,
        String ioLayer,
        List<Shard> shards) {
    public SfuStats {
        drops = Map.copyOf(drops);
        srtpProfiles = Map.copyOf(srtpProfiles);
        shards = List.copyOf(shards);
    }

    /** One shard; {@code packetsHeld} counts the buffers of its pool in use. */
    public record Shard(int index, int port, int rooms, int participants, int packetsHeld, long slowTurns) {}
}

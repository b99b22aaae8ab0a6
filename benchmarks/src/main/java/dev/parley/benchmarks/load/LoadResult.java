package dev.parley.benchmarks.load;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.target.ServerFacts;
import java.util.List;
import java.util.Map;

/**
 * What a run has shown: what {@code --json} writes, and what comparisons and reports read.
 *
 * @param startedAt ISO 8601
 * @param command the command line
 */
public record LoadResult(
        String startedAt,
        List<String> command,
        Machine machine,
        String target,
        ServerFacts server,
        Shape shape,
        Window window,
        Traffic offered,
        Traffic delivered,
        Loss loss,
        ServerCost serverCost,
        BotCost bots,
        Latency latency,
        JoinTimes joins,
        JoinTimes rampJoins,
        Layers layers,
        Validity validity,
        List<String> notes) {
    public LoadResult {
        command = List.copyOf(command);
        notes = List.copyOf(notes);
    }

    /**
     * The load.
     *
     * @param streams that were forwarded at a time: each track once for each who watches it
     * @param place such as {@code loopback}
     */
    public record Shape(
            int rooms,
            int participants,
            int publishers,
            String profile,
            String videoCodec,
            int streams,
            double secondsAsked,
            String place) {}

    /**
     * The time that was measured.
     *
     * @param stolenShare of the machine's time that went to others on the host
     * @param foreignShare of the machine's time that other processes used
     * @param calm whether both were little enough for the figures to count
     */
    public record Window(double seconds, double stolenShare, double foreignShare, boolean calm) {}

    /** Media packets with their RTP headers, retransmissions apart, in the window. */
    public record Traffic(long packets, long bits, double packetsPerSecond, double bitsPerSecond) {}

    /**
     * What did not come.
     *
     * @param missing packets whose sequence number never came, not even by retransmission
     * @param share of what should have come
     * @param recovered packets that came by retransmission
     * @param nacks sequence numbers asked for by bots
     * @param botDrops datagrams that bots' own sockets dropped: none of the server's fault
     */
    public record Loss(long missing, double share, long recovered, long nacks, long botDrops) {}

    /**
     * What it cost the server.
     *
     * @param cpuNsPerForwardedPacket CPU time over media packets that reached a bot
     * @param cpuShare of one core
     * @param cpuPerStream share of a core for each forwarded stream
     * @param residentBytes at the end
     * @param residentBytesPerParticipant growth since before the first joined, over participants
     */
    public record ServerCost(
            double cpuNsPerForwardedPacket,
            double cpuShare,
            double cpuPerStream,
            long residentBytes,
            long residentBytesPerParticipant) {}

    /**
     * What the bots took of the machine.
     *
     * @param cpuShare of one core
     * @param machineShare of all cores
     * @param lateMs p99 of how late frames were sent
     * @param garbageBytesPerPacket allocated on Java's heap by their threads, over packets sent and received
     */
    public record BotCost(
            double cpuShare, double machineShare, double lateMs, long residentBytes, double garbageBytesPerPacket) {}

    /** From the sender's system call to the kernel's time stamp at the receiver, in microseconds. */
    public record Latency(long packets, double p50Us, double p99Us, double p999Us, double maxUs) {}

    /** From the beginning of a join to the first media packet, in milliseconds. */
    public record JoinTimes(int joins, int failed, double p50Ms, double p99Ms, double maxMs) {}

    /** Layers as received: switches, and packets by rid or spatial layer. */
    public record Layers(long switches, Map<String, Long> packets) {
        public Layers {
            packets = Map.copyOf(packets);
        }
    }

    /**
     * What the received frames were.
     *
     * @param complete frames whole, in order, byte by byte those of the clip, and with all that they refer to
     * @param incomplete frames that missed a packet
     * @param outOfOrder frames that do not follow in the clip what was before, though no packet was missing
     * @param undecodable whole frames that refer to one that was not whole, or not there
     * @param corruptPackets packets that decrypt and are none of the clip's
     * @param undecryptable packets that do not decrypt
     * @param misdated packets that the watched publisher had not sent in the last seconds: somebody else's, or replayed
     * @param unexpected packets of streams that nobody was to send
     * @param silentStreams streams that were to show something and of which nothing came
     */
    public record Validity(
            long complete,
            long incomplete,
            long outOfOrder,
            long undecodable,
            long corruptPackets,
            long undecryptable,
            long misdated,
            long unexpected,
            long silentStreams) {
        /** Whether nothing was wrong with what came. */
        public boolean isClean() {
            return incomplete
                            + outOfOrder
                            + undecodable
                            + corruptPackets
                            + undecryptable
                            + misdated
                            + unexpected
                            + silentStreams
                    == 0;
        }
    }
}

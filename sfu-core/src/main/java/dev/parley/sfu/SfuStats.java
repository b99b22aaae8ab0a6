package dev.parley.sfu;

import java.util.List;
import java.util.Map;

/**
 * The server's counters, read without stopping it.
 *
 * @param drops packets dropped since the start, by reason in lower snake case
 * @param srtpProfiles connected peers since the start by negotiated SRTP profile
 * @param cipherProviders which provider's ciphers serve each SRTP profile: {@code ipsec-mb}, {@code openssl}, {@code jdk}
 * @param packetsPaced media packets that waited for the pacer, as the way to their subscriber was full
 * @param paddingBytes sent to probe the ways to subscribers
 * @param ioLayer the datagram layer in use
 * @param nativePeers what libwebrtc does in this process, whichever server it is for
 * @param encodes the video streams that this server encodes
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
        long packetsPaced,
        long paddingBytes,
        Map<String, Long> drops,
        Map<String, Long> srtpProfiles,
        Map<String, String> cipherProviders,
        String ioLayer,
        NativePeers nativePeers,
        Encodes encodes,
        List<Shard> shards) {
    public SfuStats {
        drops = Map.copyOf(drops);
        srtpProfiles = Map.copyOf(srtpProfiles);
        cipherProviders = Map.copyOf(cipherProviders);
        shards = List.copyOf(shards);
    }

    /**
     * One shard, a thread that owns rooms.
     *
     * @param port its port number
     * @param traffic what its port has moved, media or not
     * @param loop how its loop fares
     * @param pool its packet buffers
     * @param pipes what comes to it from other shards, for rooms that live on several
     * @param forwardingDelay from the kernel's time stamp of a media packet to the end of the flush that sent it on; one
     *     record a packet forwarded, whatever the number of its receivers
     * @param gatherWait the part of that delay in which the port let packets gather by intention
     */
    public record Shard(
            int index,
            int port,
            int rooms,
            int participants,
            Traffic traffic,
            Loop loop,
            Pool pool,
            Pipes pipes,
            Delay forwardingDelay,
            Delay gatherWait) {}

    /**
     * The packets of a port, UDP and TCP, with what is no media: ICE and DTLS.
     *
     * @param runs how many runs the packets were sent in: consecutive ones of one size to one remote, which the kernel
     *     takes as one; 0 where the I/O layer does not count them
     * @param runPackets how many packets those runs had
     * @param runsByLength runs of 1, 2, 3 to 4, 5 to 8 packets and so on, each bucket twice as wide
     */
    public record Traffic(
            long packetsIn,
            long bytesIn,
            long packetsOut,
            long bytesOut,
            long runs,
            long runPackets,
            List<Long> runsByLength) {
        public Traffic {
            runsByLength = List.copyOf(runsByLength);
        }
    }

    /**
     * A loop's turns: packets, commands, deadlines, flush.
     *
     * @param slowTurns turns of more than 10 ms, in which every packet of the shard waited
     * @param busyNs time not spent waiting, in nanoseconds
     * @param busyShare the same as a share of the last second, 0 to 1
     * @param realTime whether its thread runs before ordinary ones now
     * @param commands commands run, which is how other threads reach a room
     * @param refusedCommands commands refused because too many were waiting
     * @param failures exceptions at the loop's root: each is a bug of Parley's
     */
    public record Loop(
            long turns,
            long slowTurns,
            long busyNs,
            double busyShare,
            boolean realTime,
            long commands,
            long refusedCommands,
            long failures) {}

    /**
     * Packet buffers of 2 kB.
     *
     * @param held in use now
     * @param capacity how many there may be
     */
    public record Pool(int held, int capacity) {}

    /**
     * What a shard gets from the others.
     *
     * @param segments parts of rooms here whose register is on another shard; {@code rooms} does not count them
     * @param packets packets of tracks published there, each of which comes once, whoever watches here
     * @param bytes their bytes, decrypted
     * @param messages what the segments of rooms have told each other
     */
    public record Pipes(int segments, long packets, long bytes, long messages) {}

    /**
     * Durations: count and sum since the start, quantiles of the last minute or, where nobody has asked for longer than
     * that, of the time since the last asking. Zero while there are none.
     */
    public record Delay(long count, long totalNs, long p50Ns, long p99Ns, long p999Ns, long maxNs) {}

    /**
     * Video streams encoded for terminated browsers and bridges between codecs.
     *
     * @param running now
     * @param limit how many there may be
     * @param refused since the start, because there were as many
     */
    public record Encodes(int running, int limit, long refused) {}

    /**
     * Native peers. libwebrtc is one a process, and so are these; all 0 where there are none.
     *
     * @param connections open now
     * @param connectionsClosed since the start
     * @param leakedBytes memory that the library has not given back for them, by estimate
     * @param callbackFailures exceptions caught in what the library calls, Parley's or an embedder's: each is a bug
     * @param framesSent pictures that Java code gave to encoders
     * @param framesReceived pictures that were decoded for Java code
     * @param dropped pictures and samples that Java code was too busy to take
     */
    public record NativePeers(
            int connections,
            long connectionsClosed,
            long leakedBytes,
            long callbackFailures,
            long framesSent,
            long framesReceived,
            long dropped) {}
}

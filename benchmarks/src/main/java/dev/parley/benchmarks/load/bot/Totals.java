package dev.parley.benchmarks.load.bot;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/** What the bots of one thread have seen: counted by it, and copied by it for others. */
public final class Totals {
    /** The longest that is told apart, in microseconds. */
    private static final long LONGEST_US = 60_000_000;

    private static final int DIGITS = 3;
    /** Spatial layers or simulcast encodings that are told apart. */
    static final int LAYERS = 4;

    long packetsSent;
    long bytesSent;
    long retransmitted;
    long packetsReceived;
    long bytesReceived;
    long recovered;
    long missing;
    long nacks;
    long plis;
    long complete;
    long incomplete;
    long outOfOrder;
    long corrupt;
    long undecodable;
    long unexpected;
    long misdated;
    long undecryptable;
    long switches;
    long botDrops;
    long sendFailures;
    long stalls;
    final long[] layerPackets = new long[LAYERS];
    /** From the sender's system call to the kernel's time stamp, in microseconds. */
    final Histogram latencyUs = new Histogram(LONGEST_US, DIGITS);
    /** How late frames left, in microseconds. */
    final Histogram latenessUs = new Histogram(LONGEST_US, DIGITS);

    Totals() {}

    void latency(long ns) {
        latencyUs.recordValue(Math.min(ns / 1_000, LONGEST_US));
    }

    void lateness(long ns) {
        latenessUs.recordValue(Math.clamp(ns / 1_000, 0, LONGEST_US));
    }

    /** Adds those of another thread. */
    public void add(Totals other) {
        packetsSent += other.packetsSent;
        bytesSent += other.bytesSent;
        retransmitted += other.retransmitted;
        packetsReceived += other.packetsReceived;
        bytesReceived += other.bytesReceived;
        recovered += other.recovered;
        missing += other.missing;
        nacks += other.nacks;
        plis += other.plis;
        complete += other.complete;
        incomplete += other.incomplete;
        outOfOrder += other.outOfOrder;
        corrupt += other.corrupt;
        undecodable += other.undecodable;
        unexpected += other.unexpected;
        misdated += other.misdated;
        undecryptable += other.undecryptable;
        switches += other.switches;
        botDrops += other.botDrops;
        sendFailures += other.sendFailures;
        stalls += other.stalls;
        for (int i = 0; i < LAYERS; i++) {
            layerPackets[i] += other.layerPackets[i];
        }
        latencyUs.add(other.latencyUs);
        latenessUs.add(other.latenessUs);
    }

    /** Begins anew. */
    void clear() {
        packetsSent = 0;
        bytesSent = 0;
        retransmitted = 0;
        packetsReceived = 0;
        bytesReceived = 0;
        recovered = 0;
        missing = 0;
        nacks = 0;
        plis = 0;
        complete = 0;
        incomplete = 0;
        outOfOrder = 0;
        corrupt = 0;
        undecodable = 0;
        unexpected = 0;
        misdated = 0;
        undecryptable = 0;
        switches = 0;
        botDrops = 0;
        sendFailures = 0;
        stalls = 0;
        Arrays.fill(layerPackets, 0);
        latencyUs.reset();
        latenessUs.reset();
    }

    /** Media packets sent, retransmissions apart. */
    public long packetsSent() {
        return packetsSent;
    }

    /** Their bytes, RTP headers included, SRTP tags not. */
    public long bytesSent() {
        return bytesSent;
    }

    /** Packets sent again because they were asked for. */
    public long retransmitted() {
        return retransmitted;
    }

    /** Media packets received, retransmissions and padding apart. */
    public long packetsReceived() {
        return packetsReceived;
    }

    public long bytesReceived() {
        return bytesReceived;
    }

    /** Packets that came by retransmission. */
    public long recovered() {
        return recovered;
    }

    /** Sequence numbers that were waited for in vain. */
    public long missing() {
        return missing;
    }

    /** Sequence numbers asked for, each try counted. */
    public long nacks() {
        return nacks;
    }

    public long plis() {
        return plis;
    }

    /** Frames that were whole, in order, and those of the clip. */
    public long complete() {
        return complete;
    }

    /** Frames that missed a packet. */
    public long incomplete() {
        return incomplete;
    }

    /** Frames that do not follow in the clip what was before, though no packet was missing. */
    public long outOfOrder() {
        return outOfOrder;
    }

    /** Packets that are none of the clip's. */
    public long corrupt() {
        return corrupt;
    }

    /** Whole frames without the frame that they refer to. */
    public long undecodable() {
        return undecodable;
    }

    /** Packets of streams that nobody was to send. */
    public long unexpected() {
        return unexpected;
    }

    /** Packets that the publisher that was to be watched had not sent within the last seconds. */
    public long misdated() {
        return misdated;
    }

    /** Packets that did not decrypt. */
    public long undecryptable() {
        return undecryptable;
    }

    public long switches() {
        return switches;
    }

    /** Packets received of a layer, the lowest first. */
    public long layerPackets(int layer) {
        return layerPackets[layer];
    }

    /** Layers told apart. */
    public static int layers() {
        return LAYERS;
    }

    /** Datagrams that the bots' own sockets dropped. */
    public long botDrops() {
        return botDrops;
    }

    /** Packets that the kernel did not take from the bots. */
    public long sendFailures() {
        return sendFailures;
    }

    /** Times that the bots' thread was away for more than a second. */
    public long stalls() {
        return stalls;
    }

    /** In microseconds. */
    public Histogram latencyUs() {
        return latencyUs;
    }

    /** In microseconds. */
    public Histogram latenessUs() {
        return latenessUs;
    }
}

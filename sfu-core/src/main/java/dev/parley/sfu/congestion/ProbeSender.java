package dev.parley.sfu.congestion;

/**
 * Sends one probe after the other: bursts 2 ms apart that together have the probe's rate (libwebrtc's BitrateProber). Media
 * that leaves meanwhile is part of it. Owned by the shard.
 */
final class ProbeSender {
    private static final long BURST_NS = 2_000_000;
    private static final long MIN_DURATION_NS = 50_000_000;
    private static final int MIN_BYTES = 6_000;
    /** A link that is made narrow by a token bucket lets so much pass as if it were wide. */
    private static final int BUCKET_BYTES = 3_000;
    /** More would take too long where the probe is hardly faster than what is thought of the link. */
    private static final int MAX_BYTES_FOR_BUCKET = 20_000;

    /**
     * A probe that takes twice the time it should finds nothing to be sent, as where there is only a voice and no RTX, and is given
     * up: it would measure what was sent instead of it.
     */
    private static final int MAX_TIMES_LONGER = 2;

    private static final long MIN_PATIENCE_NS = 200_000_000;
    private static final long MAX_PATIENCE_NS = 600_000_000;

    private static final int QUEUE = 4;

    private final ProbeClusters clusters;
    private final SentPackets history;
    private final long[] waitingBps = new long[QUEUE];
    private final long[] waitingBytes = new long[QUEUE];
    private int waiting;

    private int cluster;
    private long bps;
    private long startNs;
    private long minBytes;
    private long sentBytes;
    private int sentPackets;
    private long nextBurstNs = Long.MAX_VALUE;
    private boolean givenUp;

    /** @param history where packets are marked as those of a probe */
    ProbeSender(ProbeClusters clusters, SentPackets history) {
        this.clusters = clusters;
        this.history = history;
    }

    /**
     * Asks for a probe, behind those that are being sent.
     *
     * @param estimateBps what the way is thought to carry
     */
    void probe(long rateBps, long estimateBps, long nowNs) {
        if (waiting < QUEUE) {
            waitingBps[waiting] = rateBps;
            waitingBytes[waiting++] = bytes(rateBps, estimateBps);
        }
        if (cluster == 0) {
            begin(nowNs);
        }
    }

    /** So many that the second half meets the limit, if the estimate is one, and no more. */
    private static long bytes(long rateBps, long estimateBps) {
        double untilEmpty = BUCKET_BYTES * (double) rateBps / Math.max(1, rateBps - estimateBps);
        long forBucket = (long) Math.min(MAX_BYTES_FOR_BUCKET, 2 * untilEmpty);
        return Math.max(Math.max(MIN_BYTES, forBucket), rateBps * MIN_DURATION_NS / 8_000_000_000L);
    }

    private void begin(long nowNs) {
        cluster(0);
        nextBurstNs = Long.MAX_VALUE;
        if (waiting == 0) {
            return;
        }
        bps = waitingBps[0];
        minBytes = waitingBytes[0];
        waiting--;
        System.arraycopy(waitingBps, 1, waitingBps, 0, waiting);
        System.arraycopy(waitingBytes, 1, waitingBytes, 0, waiting);
        cluster(clusters.begin(bps, (int) minBytes));
        startNs = nowNs;
        sentBytes = 0;
        sentPackets = 0;
        nextBurstNs = nowNs;
    }

    private void cluster(int number) {
        cluster = number;
        history.cluster(number);
    }

    /** Packets of the probe have left. */
    void sent(int packets, long bytes) {
        sentPackets += packets;
        sentBytes += bytes;
    }

    long nextDeadlineNs() {
        return nextBurstNs;
    }

    /** How many bytes the next burst still needs, at least 1; 0 when nothing is to be sent now. */
    int due(long nowNs) {
        if (cluster == 0 || nowNs < nextBurstNs) {
            return 0;
        }
        if (isComplete() || nowNs - startNs > patienceNs()) {
            givenUp |= !isComplete();
            begin(nowNs);
            if (cluster == 0) {
                return 0;
            }
        }
        nextBurstNs = nowNs + BURST_NS;
        long target = bps * (nowNs - startNs + BURST_NS) / 8_000_000_000L;
        return (int) Math.max(0, target - sentBytes);
    }

    private long patienceNs() {
        return Math.clamp(MAX_TIMES_LONGER * minBytes * 8_000_000_000L / bps, MIN_PATIENCE_NS, MAX_PATIENCE_NS);
    }

    private boolean isComplete() {
        return sentBytes >= minBytes && sentPackets >= ProbeClusters.MIN_PACKETS;
    }

    /** Whether, since this was asked last, a probe has been given up, as there was nothing to send. */
    boolean takeGivenUp() {
        boolean was = givenUp;
        givenUp = false;
        return was;
    }

    void reset() {
        waiting = 0;
        cluster(0);
        nextBurstNs = Long.MAX_VALUE;
        givenUp = false;
    }
}

package dev.parley.sfu.congestion;

import java.util.Arrays;

/**
 * Measures at which rate the packets of each probe were sent, and at which they arrived (libwebrtc's
 * ProbeBitrateEstimator, with its constants). A few probes are known at a time, by a number from 1 to 15. Owned by the
 * shard.
 */
final class ProbeClusters {
    static final int COUNT = 15;
    /** A probe has at least so many packets. */
    static final int MIN_PACKETS = 5;

    private static final double MIN_ARRIVED = 0.8;
    private static final double MAX_RATIO = 2;
    /** Slower than so much of its sending rate, a probe has met the path's limit. */
    private static final double UNSATURATED = 0.9;
    /** How much of a limit found is used. */
    private static final double USE = 0.95;

    private static final long MAX_DURATION_US = 1_000_000;

    private final Cluster[] clusters = new Cluster[COUNT + 1];
    private int latest;

    private static final class Cluster {
        private long rateBps;
        private int minBytes;
        private int packets;
        private int bytes;
        private long firstSentUs;
        private long lastSentUs;
        private int lastSentBytes;
        private long firstArrivalUs;
        private long lastArrivalUs;
        private int firstArrivalBytes;

        void begin(long newRateBps, int newMinBytes) {
            rateBps = newRateBps;
            minBytes = newMinBytes;
            packets = 0;
            bytes = 0;
        }

        void add(long sentUs, long arrivalUs, int size) {
            if (packets++ == 0) {
                firstSentUs = sentUs;
                lastSentUs = sentUs;
                firstArrivalUs = arrivalUs;
                lastArrivalUs = arrivalUs;
                firstArrivalBytes = 0;
                lastSentBytes = 0;
            }
            bytes += size;
            firstSentUs = Math.min(firstSentUs, sentUs);
            if (sentUs > lastSentUs) {
                lastSentUs = sentUs;
                lastSentBytes = 0;
            }
            // All that left at one time is counted as one: only what lies between two times has a rate.
            lastSentBytes += sentUs == lastSentUs ? size : 0;
            if (arrivalUs <= firstArrivalUs) {
                firstArrivalUs = arrivalUs;
                firstArrivalBytes += size;
            }
            lastArrivalUs = Math.max(lastArrivalUs, arrivalUs);
        }

        double measure() {
            long sentForUs = lastSentUs - firstSentUs;
            long arrivedForUs = lastArrivalUs - firstArrivalUs;
            if (packets < MIN_ARRIVED * MIN_PACKETS
                    || bytes < MIN_ARRIVED * minBytes
                    || sentForUs <= 0
                    || sentForUs > MAX_DURATION_US
                    || arrivedForUs <= 0
                    || arrivedForUs > MAX_DURATION_US) {
                return 0;
            }
            double sendingBps = (bytes - lastSentBytes) * 8e6 / sentForUs;
            double arrivingBps = (bytes - firstArrivalBytes) * 8e6 / arrivedForUs;
            if (arrivingBps > MAX_RATIO * sendingBps) {
                return 0; // Held back, and let go together.
            }
            return arrivingBps < UNSATURATED * sendingBps ? USE * arrivingBps : Math.min(sendingBps, arrivingBps);
        }
    }

    ProbeClusters() {
        Arrays.setAll(clusters, i -> new Cluster());
    }

    /** A probe to be sent at this rate; returns its number. */
    int begin(long rateBps, int minBytes) {
        latest = latest % COUNT + 1;
        clusters[latest].begin(rateBps, minBytes);
        return latest;
    }

    /** Takes a packet of a probe that has arrived. */
    void add(int cluster, long sentUs, long arrivalUs, int sizeBytes) {
        clusters[cluster].add(sentUs, arrivalUs, sizeBytes);
    }

    /** What the path was found to carry, in bits per second; 0 while too little of the probe has arrived. */
    double measuredBps(int cluster) {
        return clusters[cluster].measure();
    }

    /** The rate that the probe was to be sent at. */
    long rateBps(int cluster) {
        return clusters[cluster].rateBps;
    }
}

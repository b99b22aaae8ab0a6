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

    /** Fewer of its second half have no rate. */
    private static final int MIN_LATE_PACKETS = 4;

    private static final double MIN_ARRIVED = 0.8;
    private static final double MAX_RATIO = 2;
    /** Slower than so much of its sending rate, a probe has met the path's limit. */
    private static final double UNSATURATED = 0.9;
    /** How much of a limit found is used. */
    private static final double USE = 0.95;

    private static final long MAX_DURATION_US = 1_000_000;

    private final Cluster[] clusters = new Cluster[COUNT + 1];
    private int latest;

    /** Packets one after the other: at which rate they were sent, and at which they arrived. */
    private static final class Train {
        private int packets;
        private int bytes;
        private long firstSentUs;
        private long lastSentUs;
        private int lastSentBytes;
        private long firstArrivalUs;
        private long lastArrivalUs;
        private int firstArrivalBytes;

        void begin() {
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

        boolean hasRates() {
            return isRate(lastSentUs - firstSentUs) && isRate(lastArrivalUs - firstArrivalUs);
        }

        private static boolean isRate(long forUs) {
            return forUs > 0 && forUs <= MAX_DURATION_US;
        }

        double sendingBps() {
            return (bytes - lastSentBytes) * 8e6 / (lastSentUs - firstSentUs);
        }

        double arrivingBps() {
            return (bytes - firstArrivalBytes) * 8e6 / (lastArrivalUs - firstArrivalUs);
        }

        boolean isSaturated() {
            return arrivingBps() < UNSATURATED * sendingBps();
        }
    }

    private static final class Cluster {
        private final Train whole = new Train();
        /** The second half: many links let some packets pass at once before they keep to their rate. */
        private final Train late = new Train();

        private long rateBps;
        private int minBytes;

        void begin(long newRateBps, int newMinBytes) {
            rateBps = newRateBps;
            minBytes = newMinBytes;
            whole.begin();
            late.begin();
        }

        void add(long sentUs, long arrivalUs, int size) {
            if (whole.bytes >= minBytes / 2) {
                late.add(sentUs, arrivalUs, size);
            }
            whole.add(sentUs, arrivalUs, size);
        }

        double measure() {
            boolean isEnough = whole.packets >= MIN_ARRIVED * MIN_PACKETS && whole.bytes >= MIN_ARRIVED * minBytes;
            // What comes much faster than it was sent has been held back, and let go together.
            if (!isEnough || !whole.hasRates() || whole.arrivingBps() > MAX_RATIO * whole.sendingBps()) {
                return 0;
            }
            double found =
                    whole.isSaturated() ? USE * whole.arrivingBps() : Math.min(whole.sendingBps(), whole.arrivingBps());
            return isLateLimit() ? Math.min(found, USE * late.arrivingBps()) : found;
        }

        private boolean isLateLimit() {
            return late.packets >= MIN_LATE_PACKETS && late.hasRates() && late.isSaturated();
        }

        boolean isSaturated() {
            return whole.isSaturated() || isLateLimit();
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

    /** Whether what was {@link #measuredBps measured} is what the path carries, and not only what was sent. */
    boolean isSaturated(int cluster) {
        return clusters[cluster].isSaturated();
    }

    /** The rate that the probe was to be sent at. */
    long rateBps(int cluster) {
        return clusters[cluster].rateBps;
    }
}

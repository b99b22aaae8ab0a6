package dev.parley.benchmarks.congestion;

import java.util.Arrays;

/** What one flow sent, and what became of it: arrived bytes a tenth of a second, and the delay of each packet. */
final class FlowLog {
    static final double BIN_S = 0.1;

    private final String name;
    private long[] arrivedBytes = new long[2_048];
    private double[] estimates = new double[2_048];
    private double[] queuedMs = new double[1 << 14];
    private int bins;
    private int arrived;
    private long sent;
    private long lostInQueue;
    private long lostAtRandom;
    private double pictureAtS = Double.NaN;
    private double longestWithoutPictureS;

    FlowLog(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void sent() {
        sent++;
    }

    void lost(boolean byQueue) {
        if (byQueue) {
            lostInQueue++;
        } else {
            lostAtRandom++;
        }
    }

    void arrived(double atSeconds, int bytes, double queuedForMs) {
        int bin = bin(atSeconds);
        arrivedBytes[bin] += bytes;
        if (arrived == queuedMs.length) {
            queuedMs = Arrays.copyOf(queuedMs, 2 * arrived);
        }
        queuedMs[arrived++] = queuedForMs;
    }

    /** A packet of a picture that is seen has arrived. */
    void picture(double atSeconds) {
        if (atSeconds > pictureAtS) {
            longestWithoutPictureS = Math.max(longestWithoutPictureS, atSeconds - pictureAtS);
        }
        pictureAtS = atSeconds;
    }

    double longestWithoutPictureS() {
        return longestWithoutPictureS;
    }

    /** What the sender thinks that the way carries. */
    void estimate(double atSeconds, double bps) {
        int bin = bin(atSeconds);
        estimates[bin] = bps;
    }

    private int bin(double seconds) {
        int bin = (int) (seconds / BIN_S);
        if (bin >= arrivedBytes.length) {
            arrivedBytes = Arrays.copyOf(arrivedBytes, 2 * bin);
            estimates = Arrays.copyOf(estimates, 2 * bin);
        }
        bins = Math.max(bins, bin + 1);
        return bin;
    }

    int bins() {
        return bins;
    }

    /** Bits per second of IP packets that arrived in the mean between two times. */
    double bps(double fromSeconds, double toSeconds) {
        int from = (int) Math.round(fromSeconds / BIN_S);
        int to = Math.min(arrivedBytes.length, (int) Math.round(toSeconds / BIN_S));
        long bytes = 0;
        for (int i = Math.max(0, from); i < to; i++) {
            bytes += arrivedBytes[i];
        }
        return bytes * 8 / (toSeconds - fromSeconds);
    }

    /** The estimate in a bin, or 0 where there is none. */
    double estimate(int bin) {
        return bin < estimates.length ? estimates[bin] : 0;
    }

    double queuedMs(double quantile) {
        double[] sorted = Arrays.copyOf(queuedMs, arrived);
        Arrays.sort(sorted);
        return arrived == 0 ? 0 : sorted[(int) Math.min(arrived - 1, quantile * arrived)];
    }

    double lostInQueueShare() {
        return sent == 0 ? 0 : (double) lostInQueue / sent;
    }

    double lostShare() {
        return sent == 0 ? 0 : (double) (lostInQueue + lostAtRandom) / sent;
    }
}

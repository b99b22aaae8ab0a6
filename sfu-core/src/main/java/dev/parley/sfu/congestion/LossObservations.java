package dev.parley.sfu.congestion;

import java.util.Arrays;

/**
 * The last 15 stretches of at least 250 ms: how much was sent, at which rate, and how much of it was lost (libwebrtc's
 * LossBasedBweV2, with its constants). Owned by the shard.
 */
final class LossObservations {
    static final int WINDOW = 15;

    private static final long MIN_DURATION_US = 250_000;
    /** What an observation counts for, against the next newer one. */
    private static final double WEIGHT = 0.9;
    /** A sudden rise of what is sent explains its loss. */
    private static final double SUDDEN = 2;

    private static final double[] WEIGHTS = new double[WINDOW];

    static {
        Arrays.setAll(WEIGHTS, age -> Math.pow(WEIGHT, age));
    }

    private final double[] kiloBytes = new double[WINDOW];
    private final double[] lostKiloBytes = new double[WINDOW];
    private final double[] ratesBps = new double[WINDOW];
    private final double[] sorted = new double[WINDOW];
    private long count;

    private int bytes;
    private int lostBytes;
    private long lastSentUs = Long.MIN_VALUE;
    private double lossShare;

    /** Takes a feedback; true when it completes an observation. */
    boolean add(PacketResults results) {
        if (lastSentUs == Long.MIN_VALUE) {
            lastSentUs = results.firstSentUs();
        }
        bytes += results.arrivedBytes() + results.lostBytes() - results.recoveredBytes();
        lostBytes = Math.max(0, lostBytes + results.lostBytes() - results.recoveredBytes());
        long durationUs = results.lastSentUs() - lastSentUs;
        if (durationUs < MIN_DURATION_US) {
            return false;
        }
        int at = (int) (count++ % WINDOW);
        kiloBytes[at] = Math.max(bytes, 1) / 1e3;
        lostKiloBytes[at] = Math.min(lostBytes / 1e3, kiloBytes[at]);
        ratesBps[at] = bytes * 8e6 / durationUs;
        bytes = 0;
        lostBytes = 0;
        lastSentUs = results.lastSentUs();
        lossShare = average();
        return true;
    }

    /** How many there have been since the start; up to {@link #WINDOW} are here. */
    long count() {
        return count;
    }

    int held() {
        return (int) Math.min(count, WINDOW);
    }

    double kiloBytes(int index) {
        return kiloBytes[index];
    }

    double lostKiloBytes(int index) {
        return lostKiloBytes[index];
    }

    double rateBps(int index) {
        return ratesBps[index];
    }

    double newestRateBps() {
        return count == 0 ? 0 : ratesBps[(int) ((count - 1) % WINDOW)];
    }

    double weight(int index) {
        int newest = (int) ((count - 1) % WINDOW);
        return WEIGHTS[(newest - index + WINDOW) % WINDOW];
    }

    /** When the last packet of the newest observation was sent, in µs. */
    long lastSentUs() {
        return lastSentUs;
    }

    /** The share of bytes lost, newer ones weighing more, without the best and the worst observation. */
    double lossShare() {
        return lossShare;
    }

    private double average() {
        double total = 0;
        double lost = 0;
        int best = 0;
        int worst = 0;
        int held = held();
        for (int i = 0; i < held; i++) {
            total += weight(i) * kiloBytes[i];
            lost += weight(i) * lostKiloBytes[i];
            best = share(i) < share(best) ? i : best;
            worst = share(i) > share(worst) ? i : worst;
        }
        if (held <= 3 || best == worst || median() * SUDDEN <= ratesBps[worst]) {
            return lost / total;
        }
        double kept = total - weight(best) * kiloBytes[best] - weight(worst) * kiloBytes[worst];
        double keptLost = lost - weight(best) * lostKiloBytes[best] - weight(worst) * lostKiloBytes[worst];
        return Math.clamp(keptLost / kept, 0, 1);
    }

    private double share(int index) {
        return lostKiloBytes[index] / kiloBytes[index];
    }

    private double median() {
        int held = held();
        System.arraycopy(ratesBps, 0, sorted, 0, held);
        Arrays.sort(sorted, 0, held);
        return sorted[held / 2];
    }

    void reset() {
        count = 0;
        bytes = 0;
        lostBytes = 0;
        lastSentUs = Long.MIN_VALUE;
        lossShare = 0;
    }
}

package dev.parley.benchmarks.load;

import java.util.Locale;

/**
 * What a server must keep up.
 *
 * @param lossShare of packets that may be missing
 * @param p99Ms of the latency
 */
public record Quality(double lossShare, double p99Ms) {
    /** A thousandth, and 20 ms. */
    public static Quality stated() {
        return new Quality(0.001, 20);
    }

    /** What is missed, or an empty text. */
    String missed(Measured measured, int failedJoins) {
        if (failedJoins > 0) {
            return failedJoins + " joins failed";
        }
        if (measured.silentStreams() > 0) {
            return measured.silentStreams() + " streams brought nothing";
        }
        if (measured.lossShare() > lossShare) {
            return String.format(Locale.ROOT, "loss of %.3f %%", 100 * measured.lossShare());
        }
        double p99 = measured.latencyMs(99);
        return p99 > p99Ms ? String.format(Locale.ROOT, "latency of %.1f ms at p99", p99) : "";
    }
}

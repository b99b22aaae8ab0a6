package dev.parley.benchmarks.delay;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.sfu.SfuStats;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param shardCpuShare CPU time of the shard's thread, as a share of one core
 * @param busyShare the same by the clock: what it waits for a core is in it
 * @param packetsIn media packets forwarded a second
 * @param packetsOut packets sent a second
 * @param meanRun packets that went to the kernel together, in the mean; 0 where the layer does not tell
 * @param delay from the kernel's time stamp to the end of the flush, the wait for batching included
 * @param gatherWait that wait
 * @param generatorLateness how late the load was sent: time that the machine was short of
 * @param collections what the collector did meanwhile
 */
record DelayReport(
        String io,
        String cipher,
        String collector,
        long gatherUs,
        boolean realTime,
        int rooms,
        int members,
        double seconds,
        double shardCpuShare,
        double busyShare,
        double packetsIn,
        double packetsOut,
        double meanRun,
        double allocatedBytesPerPacket,
        long slowTurns,
        Quantiles delay,
        Quantiles gatherWait,
        Quantiles generatorLateness,
        Collections collections,
        Machine machine) {
    /** In microseconds. */
    record Quantiles(double p50, double p99, double p999, double max) {
        private static final double NS_PER_US = 1_000;

        static Quantiles of(SfuStats.Delay delay) {
            return new Quantiles(
                    delay.p50Ns() / NS_PER_US,
                    delay.p99Ns() / NS_PER_US,
                    delay.p999Ns() / NS_PER_US,
                    delay.maxNs() / NS_PER_US);
        }

        static Quantiles of(Histogram histogram) {
            return new Quantiles(
                    histogram.getValueAtPercentile(50) / NS_PER_US,
                    histogram.getValueAtPercentile(99) / NS_PER_US,
                    histogram.getValueAtPercentile(99.9) / NS_PER_US,
                    histogram.getMaxValue() / NS_PER_US);
        }
    }

    /**
     * Collections in the window.
     *
     * @param count how many
     * @param pauseMs what they took together
     */
    record Collections(long count, long pauseMs) {}

    /** The goal for the 99th percentile, in microseconds. */
    static final double GOAL_P99_US = 2_000;

    boolean isGood() {
        return delay.p99() <= GOAL_P99_US;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%d rooms of %d over %s with %s, %s, %.0f s: %.0f packets/s in, %.0f out, mean run %.1f%n",
                rooms,
                members,
                io,
                cipher,
                collector,
                seconds,
                packetsIn,
                packetsOut,
                meanRun);
        out.printf(
                Locale.ROOT,
                "the shard's thread, %s, used %.0f %% of a core and was not waiting for %.0f %% of the time; it allocated"
                        + " %.2f bytes a packet sent%n%n",
                realTime ? "before ordinary ones" : "an ordinary one",
                100 * shardCpuShare,
                100 * busyShare,
                allocatedBytesPerPacket);
        out.printf(Locale.ROOT, "%-48s %9s %9s %9s %9s%n", "microseconds", "p50", "p99", "p99.9", "max");
        print(out, "forwarding delay, the gather wait included", delay);
        print(out, "of it gather wait (gather-us " + gatherUs + ")", gatherWait);
        print(out, "lateness of the load itself, in no delay above", generatorLateness);
        out.printf(
                Locale.ROOT,
                "%ncollections in the window: %d, %d ms; turns over 10 ms: %d; goal p99 <= %.0f: %s%n",
                collections.count(),
                collections.pauseMs(),
                slowTurns,
                GOAL_P99_US,
                isGood() ? "met" : "MISSED");
        List<String> notes = machine.notes();
        notes.forEach(note -> out.println("note: " + note));
        out.flush();
    }

    private static void print(PrintWriter out, String name, Quantiles values) {
        out.printf(
                Locale.ROOT,
                "%-48s %9.0f %9.0f %9.0f %9.0f%n",
                name,
                values.p50(),
                values.p99(),
                values.p999(),
                values.max());
    }
}

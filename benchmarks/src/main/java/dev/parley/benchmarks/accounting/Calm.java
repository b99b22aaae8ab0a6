package dev.parley.benchmarks.accounting;

import java.io.IOException;
import java.util.List;

/**
 * How calm the machine was while something was measured: what others took, on the machine and below it.
 *
 * @param seconds how long
 * @param stolenShare of the cores' time, what the machine below gave to other guests
 * @param foreignShare of the cores' time, what processes used that have nothing to do with the measurement
 */
public record Calm(double seconds, double stolenShare, double foreignShare) {
    /** From here on what is measured says something of the neighbours too. */
    public static final double MAX_STOLEN_SHARE = 0.02;

    /** Work of others takes the caches, and the memory's bandwidth. */
    public static final double MAX_FOREIGN_SHARE = 0.10;

    /** A moment to measure from. */
    public record Mark(long atNs, CoreTimes cores, long ownCpuNs) {}

    /** Now; {@code pids} are those that the measurement is about, server and clients. */
    public static Mark mark(List<Long> pids) throws IOException {
        long own = 0;
        for (long pid : pids) {
            own += ProcessCpuClock.ns(pid);
        }
        return new Mark(System.nanoTime(), CoreTimes.now(), own);
    }

    /** What was since {@code start}. */
    public static Calm between(Mark start, Mark end) {
        double allNs =
                (double) (end.atNs() - start.atNs()) * end.cores().cores().size();
        double stolenNs = (double) (end.cores().stolenTicks() - start.cores().stolenTicks()) * CoreTimes.TICK_NS;
        double busyNs = (double) (end.cores().busyTicks() - start.cores().busyTicks()) * CoreTimes.TICK_NS;
        double foreignNs = busyNs - (end.ownCpuNs() - start.ownCpuNs());
        return new Calm(
                (end.atNs() - start.atNs()) / 1e9, Math.max(0, stolenNs / allNs), Math.max(0, foreignNs / allNs));
    }

    /** Whether what was measured meanwhile counts as undisturbed. */
    public boolean isCalm() {
        return stolenShare <= MAX_STOLEN_SHARE && foreignShare <= MAX_FOREIGN_SHARE;
    }
}

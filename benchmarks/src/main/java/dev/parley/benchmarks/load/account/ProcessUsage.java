package dev.parley.benchmarks.load.account;

/**
 * What a process has used up to a moment.
 *
 * @param atNs of {@link System#nanoTime()}
 * @param cpuNs CPU time of all its threads since it began, in the kernel and outside of it
 * @param residentBytes its memory in RAM now
 */
public record ProcessUsage(long atNs, long cpuNs, long residentBytes) {
    /** CPU time since an earlier reading, as a share of one core. */
    public double coresSince(ProcessUsage earlier) {
        long elapsedNs = atNs - earlier.atNs;
        return elapsedNs <= 0 ? 0 : (double) (cpuNs - earlier.cpuNs) / elapsedNs;
    }
}

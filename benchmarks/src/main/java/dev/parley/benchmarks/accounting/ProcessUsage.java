package dev.parley.benchmarks.accounting;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a process has used so far.
 *
 * @param atNs {@link System#nanoTime} when it was read
 * @param cpuNs CPU time of all its threads, user and kernel; on veth the kernel's work for whoever receives what it sends
 *     is in it too
 * @param userTicks of {@code cpuNs} what was in user mode, in the kernel's ticks of 10 ms: for shares only
 * @param systemTicks and in kernel mode
 * @param residentBytes its memory in RAM, what it shares with others included
 * @param proportionalBytes its memory in RAM, of what it shares only its part; 0 where the kernel does not tell
 * @param threadCpuNs CPU time by name of thread, those of one name but for a number at its end added up
 */
public record ProcessUsage(
        long atNs,
        long cpuNs,
        long userTicks,
        long systemTicks,
        long residentBytes,
        long proportionalBytes,
        Map<String, Long> threadCpuNs) {
    /** The fields of /proc/pid/stat behind the command's name, counted from there (proc(5)): utime and stime. */
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;
    private static final Pattern NUMBER_AT_END = Pattern.compile("[\\s#_-]*\\d+$");

    public ProcessUsage {
        threadCpuNs = Map.copyOf(threadCpuNs);
    }

    /** Reads it from the kernel. */
    public static ProcessUsage of(long pid) throws IOException {
        return of(pid, Path.of("/proc/" + pid), ProcessCpuClock.ns(pid), System.nanoTime());
    }

    static ProcessUsage of(long pid, Path folder, long cpuNs, long nowNs) throws IOException {
        String stat = Files.readString(folder.resolve("stat"));
        // The name, in brackets, may have spaces and brackets itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcessUsage(
                nowNs,
                cpuNs,
                Long.parseLong(fields[USER_TICKS]),
                Long.parseLong(fields[SYSTEM_TICKS]),
                kilobytes(folder.resolve("status"), "VmRSS:"),
                kilobytes(folder.resolve("smaps_rollup"), "Pss:"),
                threads(folder.resolve("task")));
    }

    private static long kilobytes(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return 0;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        return 0;
    }

    private static Map<String, Long> threads(Path folder) throws IOException {
        Map<String, Long> byName = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder)) {
            for (Path thread : threads) {
                addThread(thread, byName);
            }
        }
        return byName;
    }

    private static void addThread(Path folder, Map<String, Long> byName) {
        try {
            String name = NUMBER_AT_END
                    .matcher(Files.readString(folder.resolve("comm")).strip())
                    .replaceFirst("");
            // The first of its three numbers is the time on a core, in ns.
            String onCore = Files.readString(folder.resolve("schedstat")).split(" ", 2)[0];
            byName.merge(name, Long.parseLong(onCore), Long::sum);
        } catch (IOException e) {
            // It has ended since it was listed; the process's own clock has its time.
        }
    }

    /** CPU time used since {@code earlier}. */
    public long cpuNsSince(ProcessUsage earlier) {
        return cpuNs - earlier.cpuNs;
    }

    /** Cores kept busy since {@code earlier}, in the mean. */
    public double coresSince(ProcessUsage earlier) {
        return (double) cpuNsSince(earlier) / (atNs - earlier.atNs);
    }

    /** The share of the CPU time since {@code earlier} that was the kernel's; NaN where there was none. */
    public double systemShareSince(ProcessUsage earlier) {
        long user = userTicks - earlier.userTicks;
        long system = systemTicks - earlier.systemTicks;
        return (double) system / (user + system);
    }
}

package dev.parley.benchmarks.load.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Linux's own figures. CPU time is in ticks of 10 ms, which is fine for windows of seconds, and threads that have ended
 * are in it.
 */
public final class ProcAccounting implements Accounting {
    /** Linux tells programs so whatever it is built with. */
    private static final long NS_PER_TICK = 10_000_000;

    /** Of what follows the name in /proc/pid/stat. */
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;

    @Override
    public ProcessUsage read(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        long atNs = System.nanoTime();
        // The name is in parentheses and may hold spaces and parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
        return new ProcessUsage(atNs, ticks * NS_PER_TICK, resident(process));
    }

    private static long resident(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1_024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}

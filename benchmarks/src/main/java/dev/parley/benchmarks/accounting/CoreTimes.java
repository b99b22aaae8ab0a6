package dev.parley.benchmarks.accounting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the machine's cores have done so far, in the kernel's ticks of 10 ms (proc(5), {@code /proc/stat}).
 *
 * @param cores in order
 */
public record CoreTimes(List<Core> cores) {
    /** A tick of {@code USER_HZ}, which is 100 on every Linux that Java runs on. */
    static final long TICK_NS = 10_000_000;

    private static final Path FILE = Path.of("/proc/stat");
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STOLEN = 8;

    /**
     * One core.
     *
     * @param busyTicks running anything, interrupts included
     * @param stolenTicks ready to run, while the machine below ran another guest
     */
    public record Core(long busyTicks, long stolenTicks) {}

    public CoreTimes {
        cores = List.copyOf(cores);
    }

    public static CoreTimes now() throws IOException {
        return of(Files.readAllLines(FILE));
    }

    static CoreTimes of(List<String> lines) {
        List<Core> cores = new ArrayList<>();
        for (String line : lines) {
            if (line.matches("cpu\\d+ .*")) {
                String[] fields = line.split("\\s+", -1);
                long busy = 0;
                // Guests' time, behind what was stolen, is in the user's already.
                for (int i = 1; i < STOLEN; i++) {
                    busy += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(fields[i]);
                }
                cores.add(new Core(busy, Long.parseLong(fields[STOLEN])));
            }
        }
        return new CoreTimes(cores);
    }

    long busyTicks() {
        return cores.stream().mapToLong(Core::busyTicks).sum();
    }

    long stolenTicks() {
        return cores.stream().mapToLong(Core::stolenTicks).sum();
    }
}

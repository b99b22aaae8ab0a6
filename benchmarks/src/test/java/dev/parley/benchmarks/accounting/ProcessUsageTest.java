package dev.parley.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessUsageTest {
    @Test
    void readsWhatTheKernelWrites(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("stat"),
                "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 75 0 0 20 0 12 0 1000 1000000 500 18446744073709551615\n");
        Files.writeString(folder.resolve("status"), "Name:\tx\nVmRSS:\t   51200 kB\nThreads:\t3\n");
        Files.writeString(folder.resolve("smaps_rollup"), "Rss: 51200 kB\nPss:   40960 kB\nPss_Dirty: 1 kB\n");
        thread(folder, 42, "janus", 5);
        thread(folder, 43, "hloop 1234", 700);
        thread(folder, 44, "hloop 99", 30);
        ProcessUsage usage = ProcessUsage.of(42, folder, 3_000_000_000L, 17);
        assertEquals(250, usage.userTicks());
        assertEquals(75, usage.systemTicks());
        assertEquals(51_200L * 1_024, usage.residentBytes());
        assertEquals(40_960L * 1_024, usage.proportionalBytes());
        assertEquals(Map.of("janus", 5L, "hloop", 730L), usage.threadCpuNs());
    }

    private static void thread(Path folder, int id, String name, long ns) throws IOException {
        Path thread = Files.createDirectories(folder.resolve("task/" + id));
        Files.writeString(thread.resolve("comm"), name + "\n");
        Files.writeString(thread.resolve("schedstat"), ns + " 123 4\n");
    }

    @Test
    void agreesWithTheJvmOnItsOwnThreads() throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long pid = ProcessHandle.current().pid();
        ProcessUsage start = ProcessUsage.of(pid);
        long mine = threads.getCurrentThreadCpuTime();
        double sink = 0;
        while (threads.getCurrentThreadCpuTime() - mine < 30_000_000) {
            sink += Math.sqrt(sink + 1);
        }
        ProcessUsage end = ProcessUsage.of(pid);
        assertTrue(end.cpuNsSince(start) >= 30_000_000, sink + " took " + end.cpuNsSince(start));
        assertTrue(end.residentBytes() > 10_000_000);
        assertTrue(end.proportionalBytes() <= end.residentBytes());
        assertTrue(end.coresSince(start) > 0);
    }

    @Test
    void sharesAreOfTheTimeBetween() {
        ProcessUsage start = new ProcessUsage(0, 100, 10, 10, 0, 0, Map.of());
        ProcessUsage end = new ProcessUsage(1_000, 600, 13, 11, 0, 0, Map.of());
        assertEquals(0.5, end.coresSince(start));
        assertEquals(0.25, end.systemShareSince(start));
    }

    @Test
    void tellsOfAProcessThatIsNoMore() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertThrows(IOException.class, () -> ProcessUsage.of(process.pid()));
    }
}

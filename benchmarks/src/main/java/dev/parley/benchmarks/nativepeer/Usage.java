package dev.parley.benchmarks.nativepeer;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuStats;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process uses.
 *
 * @param processCpuNs CPU time of all its threads, libwebrtc's included
 * @param shardCpuNs that of the shards' threads, on which all forwarding is done, system calls included
 * @param residentBytes its memory in RAM
 * @param mediaBytesIn what has come to the server
 */
record Usage(long atNs, long processCpuNs, long shardCpuNs, long mediaBytesIn, long residentBytes) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PACKET_BYTES = 2_048;
    private static final int COLLECTIONS = 8;

    static Usage now(Sfu sfu) throws IOException {
        return new Usage(
                System.nanoTime(),
                PROCESS.getProcessCpuTime(),
                ofShards(),
                sfu.stats().bytesIn(),
                resident());
    }

    /** What forwarding keeps: Java's heap once collected, and the packets that are held. */
    static long forwardingBytes(Sfu sfu) {
        long held = sfu.stats().shards().stream()
                .map(SfuStats.Shard::pool)
                .mapToLong(SfuStats.Pool::held)
                .sum();
        long heap = Long.MAX_VALUE;
        // What is alive is the least that is ever left: garbage of the moment is counted too.
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return heap + held * PACKET_BYTES;
    }

    private static long ofShards() {
        long sum = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("parley-shard-")) {
                sum += THREADS.getThreadCpuTime(thread.getThreadId());
            }
        }
        return sum;
    }

    private static long resident() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** The process's share of one core since {@code earlier}. */
    double processCore(Usage earlier) {
        return (double) (processCpuNs - earlier.processCpuNs) / (atNs - earlier.atNs);
    }

    /** What came to the server since {@code earlier}, in bits a second. */
    double mediaBpsIn(Usage earlier) {
        return (mediaBytesIn - earlier.mediaBytesIn) * 8e9 / (atNs - earlier.atNs);
    }

    /** The shards' share of one core since {@code earlier}. */
    double shardCore(Usage earlier) {
        return (double) (shardCpuNs - earlier.shardCpuNs) / (atNs - earlier.atNs);
    }
}

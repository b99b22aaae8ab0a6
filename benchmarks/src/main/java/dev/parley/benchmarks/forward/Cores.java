package dev.parley.benchmarks.forward;

import dev.parley.benchmarks.accounting.CpuAffinity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps the feeder and whoever forwards on cores of their own. On a busy machine the scheduler puts both on one, so that
 * the forwarder sleeps for each frame until the feeder has sent it, which costs more than what is to be measured.
 */
public final class Cores {
    /** The kernel's number for the thread that calls. */
    private static final long CALLER = 0;

    private Cores() {}

    /** The calling thread feeds from now on. */
    public static void feeder() {
        pin(CALLER, Runtime.getRuntime().availableProcessors() - 1);
    }

    /** The threads of this process with this name forward from now on. */
    public static void forwarder(String threadName) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().equals(threadName)) {
                    pin(Long.parseLong(thread.getFileName().toString()), 0);
                }
            }
        }
    }

    /** Another process, whose first thread forwards. */
    static void forwarder(long pid) {
        pin(pid, 0);
    }

    /** Without effect where there is one core, or where this process may not use that one. */
    private static void pin(long thread, int core) {
        if (Runtime.getRuntime().availableProcessors() >= 2) {
            boolean _ = CpuAffinity.pinThread(thread, List.of(core));
        }
    }
}

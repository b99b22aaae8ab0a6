package dev.parley.sfu.nativepeer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a process of Linux has.
 *
 * @param threads the names of its threads, those of libwebrtc included and those that the JVM starts by itself left out
 */
record ProcessState(long residentBytes, List<String> threads) {
    /** Compilers, collectors and carriers of virtual threads come and go as the JVM thinks fit. */
    private static final List<String> OF_THE_JVM =
            List.of("C1 ", "C2 ", "GC ", "G1 ", "VM ", "ForkJoinPool", "VirtualThread", "Common-Cleaner", "java");

    private static final long SETTLE_NS = 5_000_000_000L;
    private static final Path SELF = Path.of("/proc/self");

    ProcessState {
        threads = List.copyOf(threads);
    }

    /** As it is once garbage is collected, what {@code free} was called for is given back, and closing threads are gone. */
    static ProcessState settled() {
        long endNs = System.nanoTime() + SETTLE_NS;
        while (System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
        System.gc();
        trimHeap();
        return new ProcessState(resident(), threadNames());
    }

    List<String> threadsNotIn(ProcessState earlier) {
        List<String> more = new ArrayList<>(threads);
        earlier.threads.forEach(more::remove);
        return more;
    }

    private static long resident() {
        try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> threadNames() {
        try (Stream<Path> tasks = Files.list(SELF.resolve("task"))) {
            return tasks.map(task -> name(task.resolve("comm")))
                    .filter(name -> OF_THE_JVM.stream().noneMatch(name::startsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path comm) {
        try {
            return Files.readString(comm).strip();
        } catch (IOException ended) {
            return "java";
        }
    }

    /** Lets malloc give back what it keeps for later: with many threads that is many times what leaks. */
    @SuppressWarnings("restricted")
    private static void trimHeap() {
        Linker linker = Linker.nativeLinker();
        MethodHandle trim = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("malloc_trim"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        try {
            int _ = (int) trim.invokeExact(0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

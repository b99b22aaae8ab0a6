package dev.parley.benchmarks.forward;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the feeder and whoever forwards on cores of their own. On a busy machine the scheduler puts both on one, so that
 * the forwarder sleeps for each frame until the feeder has sent it, which costs more than what is to be measured.
 */
public final class Cores {
    /** How {@code sched_setaffinity} names the thread that calls it. */
    private static final long CALLER = 0;

    private static final int MASK_BYTES = 128;
    private static final MethodHandle SET_AFFINITY = setAffinity();

    private Cores() {}

    @SuppressWarnings("restricted") // As declared in sched.h.
    private static MethodHandle setAffinity() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("sched_setaffinity"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    }

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
    @SuppressWarnings("IllegalCatch") // As declared by MethodHandle.invokeExact.
    private static void pin(long thread, int core) {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            mask.set(ValueLayout.JAVA_BYTE, core / 8, (byte) (1 << core % 8));
            int _ = (int) SET_AFFINITY.invokeExact((int) thread, (long) MASK_BYTES, mask);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

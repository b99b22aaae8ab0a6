package dev.parley.benchmarks.accounting;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The CPU time of a process to the nanosecond: what the scheduler has added up over all its threads, dead ones included,
 * in user and in kernel mode ({@code clock_gettime} on the clock of {@code clock_getcpuclockid(3)}).
 */
final class ProcessCpuClock {
    private static final MethodHandle GET_TIME = getTime();

    private ProcessCpuClock() {}

    @SuppressWarnings("restricted") // As declared in time.h.
    private static MethodHandle getTime() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** As {@code MAKE_PROCESS_CPUCLOCK} of linux/posix-timers.h has it: the scheduler's clock of that process. */
    private static int clockOf(long pid) {
        return (int) (~pid << 3) | 2;
    }

    @SuppressWarnings("IllegalCatch") // As declared by MethodHandle.invokeExact.
    static long ns(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            if ((int) GET_TIME.invokeExact(clockOf(pid), time) != 0) {
                throw new IOException("there is no process " + pid + " whose CPU time could be read");
            }
            return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8);
        } catch (RuntimeException | IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.parley.benchmarks.accounting;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Which cores threads may run on ({@code sched_setaffinity}). */
public final class CpuAffinity {
    private static final int MASK_BYTES = 128;

    /** Those of the machine, also when this process has been told to keep to some of them. */
    private static final Path PRESENT = Path.of("/sys/devices/system/cpu/present");

    private static final MethodHandle SET_AFFINITY = setAffinity();

    private CpuAffinity() {}

    @SuppressWarnings("restricted") // As declared in sched.h.
    private static MethodHandle setAffinity() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("sched_setaffinity"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    }

    /** How the machine's cores are shared: the first for servers, the rest for what loads them; all for both if one. */
    public static List<Integer> serverCores() {
        return List.of(0);
    }

    /** The cores for what loads servers. */
    public static List<Integer> clientCores() {
        int cores = machineCores();
        return cores == 1
                ? List.of(0)
                : java.util.stream.IntStream.range(1, cores).boxed().toList();
    }

    /** The machine's cores, whichever this process may use. */
    public static int machineCores() {
        try {
            String present = Files.readString(PRESENT).strip();
            return Integer.parseInt(present.substring(present.lastIndexOf('-') + 1)) + 1;
        } catch (IOException | NumberFormatException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** A command so changed that it starts on these cores only, with every thread it will ever have. */
    public static List<String> on(List<Integer> cores, List<String> command) {
        List<String> changed = new java.util.ArrayList<>(List.of(
                "taskset",
                "-c",
                String.join(",", cores.stream().map(String::valueOf).toList())));
        changed.addAll(command);
        return changed;
    }

    /** All threads that a process has now. */
    public static void pinProcess(long pid, List<Integer> cores) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                pinThread(Long.parseLong(thread.getFileName().toString()), cores);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no process " + pid, e);
        }
    }

    /**
     * One thread, by the kernel's number for it; 0 is the calling one.
     *
     * @return whether the kernel has done it: it does not for threads of others and for cores that this process may not
     *     use
     */
    @SuppressWarnings("IllegalCatch") // As declared by MethodHandle.invokeExact.
    public static boolean pinThread(long thread, List<Integer> cores) {
        BitSet wanted = new BitSet();
        cores.forEach(wanted::set);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            MemorySegment.copy(MemorySegment.ofArray(wanted.toByteArray()), 0, mask, 0, wanted.toByteArray().length);
            return (int) SET_AFFINITY.invokeExact((int) thread, (long) MASK_BYTES, mask) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

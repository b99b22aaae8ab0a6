package dev.parley.sfu.buffer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates once it is compiled. */
public final class AllocationMeter {
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final int MIN_ROUNDS = 3;

    private AllocationMeter() {}

    /**
     * Runs {@code round} on this thread until it allocates nothing, and returns the least that one has allocated, in
     * bytes. What is not compiled yet makes objects, and on a busy machine the compiler takes its time: only what goes
     * on for seconds is garbage.
     */
    public static long leastBytes(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long startNs = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MIN_ROUNDS || least > 0 && System.nanoTime() - startNs < PATIENCE_NS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}

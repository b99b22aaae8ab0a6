package dev.parley.benchmarks.delay;

import dev.parley.benchmarks.forward.Cores;
import dev.parley.sfu.buffer.PacketPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Sends what all cameras have due, on a thread of its own that never sleeps. How late it is itself is recorded apart: a
 * machine that is short of processors delays the load, too.
 */
final class Load implements AutoCloseable {
    private static final long LONGEST_NS = 10_000_000_000L;

    private final Queue<List<Camera>> arriving = new ConcurrentLinkedQueue<>();
    private final SingleWriterRecorder lateness = new SingleWriterRecorder(1_000, LONGEST_NS, 2);
    private final Thread thread;
    private volatile boolean stopping;

    Load() {
        thread = Thread.ofPlatform().name("bench-load").daemon(true).start(this::run);
    }

    /** Begins to send what these cameras see. */
    void add(List<Camera> cameras) {
        arriving.add(cameras);
    }

    /** How late packets were sent since the last call. */
    Histogram lateness() {
        return lateness.getIntervalHistogram();
    }

    private void run() {
        Cores.feeder();
        PriorityQueue<Camera> due = new PriorityQueue<>();
        try (PacketPool pool = PacketPool.bounded(1);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(PacketPool.PACKET_CAPACITY, 64);
            while (!stopping) {
                List<Camera> added = arriving.isEmpty() ? null : arriving.poll();
                if (added != null) {
                    due.addAll(added);
                }
                Camera next = due.peek();
                long nowNs = System.nanoTime();
                if (next == null || next.nextNs() - nowNs > 0) {
                    Thread.onSpinWait();
                    continue;
                }
                due.remove();
                lateness.recordValue(Math.min(nowNs - next.nextNs(), LONGEST_NS));
                next.send(pool, memory);
                due.add(next);
            }
        }
        due.forEach(Camera::close);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

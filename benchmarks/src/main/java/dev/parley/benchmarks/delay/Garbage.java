package dev.parley.benchmarks.delay;

import java.util.concurrent.locks.LockSupport;

/** Makes garbage at a steady rate on a thread of its own, as signaling does, some of which lives for a while. */
final class Garbage implements AutoCloseable {
    private static final int OBJECT_BYTES = 1_024;
    /** 16 MB, about what the sessions of a hundred participants keep. */
    private static final int LIVING = 16_384;

    private static final long PAUSE_NS = 1_000_000;

    private final byte[][] living = new byte[LIVING][];
    private final int objectsPerPause;
    private final Thread thread;
    private volatile boolean stopping;
    private int next;

    Garbage(int megabytesPerSecond) {
        objectsPerPause = megabytesPerSecond;
        thread = Thread.ofPlatform().name("bench-garbage").daemon(true).start(this::run);
    }

    private void run() {
        while (!stopping) {
            for (int i = 0; i < objectsPerPause; i++) {
                living[next] = new byte[OBJECT_BYTES];
                // Mostly soon forgotten, every eighth only after a while.
                next = i % 8 == 0 ? (next + 1) % LIVING : next;
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
    }
}

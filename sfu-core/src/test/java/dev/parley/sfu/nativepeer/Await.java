package dev.parley.sfu.nativepeer;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that no event tells of. */
final class Await {
    private static final long LOOK_NS = 20_000_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNs > 0) {
                throw new AssertionError("it did not happen that " + what);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }
}

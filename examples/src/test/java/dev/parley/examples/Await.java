package dev.parley.examples;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions that no event tells of. */
final class Await {
    private static final long LOOK_NS = 20_000_000;

    private Await() {}

    static <T> T until(String what, long timeoutSeconds, Supplier<Optional<T>> look) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (System.nanoTime() - endNs < 0) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        throw new AssertionError("in " + timeoutSeconds + " s it did not happen that " + what);
    }

    static void until(String what, long timeoutSeconds, BooleanSupplier look) {
        until(what, timeoutSeconds, () -> look.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }
}

package dev.parley.sfu.nativepeer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The threads on which embedders hear from us: virtual ones, a new one each time. Those that know first are a shard's or a
 * connection's, on which an embedder that waits would wait for itself.
 */
final class Embedders {
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private Embedders() {}

    /** The same result or failure, on an embedder's thread. */
    static <T> CompletableFuture<T> hear(CompletableFuture<T> result) {
        // Unlike thenApplyAsync, this changes threads for a failure too.
        return result.whenCompleteAsync((_, _) -> {}, THREADS);
    }

    /** Calls an embedder's code. */
    static void call(String callback, Runnable code) {
        THREADS.execute(() -> Callbacks.guard(callback, code));
    }
}

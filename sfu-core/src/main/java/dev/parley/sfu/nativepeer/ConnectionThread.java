package dev.parley.sfu.nativepeer;

import dev.parley.sfu.SfuException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * The one thread from which a connection is used, in the order of the calls. A platform thread: calls into libwebrtc hold
 * their thread until they are done, and would hold a carrier of virtual threads as well.
 */
final class ConnectionThread {
    private final String name;
    private final ExecutorService executor;

    ConnectionThread(String name) {
        this.name = name;
        this.executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("native-" + name).daemon().factory());
    }

    /** Runs {@code task} after what was given before; the future fails with {@code CLOSED} once {@link #end} was called. */
    <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Throwable failure) { // Whatever it is, who waits must hear of it.
                    result.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException ended) {
            result.completeExceptionally(closed());
        }
        return result;
    }

    /** Runs {@code task} after what was given before, or not at all once {@link #end} was called. */
    void tell(String callback, Runnable task) {
        try {
            executor.execute(() -> Callbacks.guard(callback, task));
        } catch (RejectedExecutionException ended) {
            // Nobody is left to hear it.
        }
    }

    /** Takes nothing more; what was given before is still done. */
    void end() {
        executor.shutdown();
    }

    SfuException closed() {
        return new SfuException(SfuException.Code.CLOSED, "the native connection " + name + " has been closed");
    }
}

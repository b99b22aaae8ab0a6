package dev.parley.sfu.nativepeer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets those that look after encoders do so, all on one thread. */
final class EncodeClock implements AutoCloseable {
    /** Faster than people notice a change of size, and slower than an estimate swings. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("native-clock").daemon().factory());

    /** One that looks after something; it must not block. */
    interface Listener {
        void tick();
    }

    EncodeClock() {
        var _ = executor.scheduleAtFixedRate(
                this::tick, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The thread that ticks, for what is to run in turn with it. */
    Executor executor() {
        return executor;
    }

    void add(Listener listener) {
        listeners.add(listener);
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    private void tick() {
        for (Listener listener : listeners) {
            Callbacks.guard("clock", listener::tick);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

package dev.parley.sfu.nativepeer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Brings what was decoded to whoever receives it, on a virtual thread: a receiver may take its time, and then misses the
 * oldest. libwebrtc's threads, some of which serve every connection, never wait for it.
 *
 * @param <T> what is received
 */
final class Delivery<T> {
    private final int capacity;
    private final Consumer<T> receiver;
    private final Consumer<T> release;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<T> waiting = new ArrayDeque<>();
    private final LongAdder dropped = new LongAdder();
    private boolean ended;

    /**
     * @param capacity how many may wait
     * @param release gives back each, received or not
     */
    Delivery(String name, int capacity, Consumer<T> receiver, Consumer<T> release) {
        this.capacity = capacity;
        this.receiver = receiver;
        this.release = release;
        Thread.ofVirtual().name("native-receiver-" + name).start(() -> Callbacks.guard("receiver", this::run));
    }

    /** Hands over; from libwebrtc's threads. */
    void offer(T one) {
        T oldest = null;
        lock.lock();
        try {
            if (ended) {
                oldest = one;
            } else {
                oldest = waiting.size() == capacity ? waiting.poll() : null;
                waiting.add(one);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (oldest != null) {
            dropped.increment();
            NativeCounters.ofProcess().dropped();
            release.accept(oldest);
        }
    }

    /** How many came while the receiver was too busy. */
    long dropped() {
        return dropped.sum();
    }

    /** Ends it: what waits is given back unseen. The receiver may still be at its last one. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (T next = take(); next != null; next = take()) {
                T one = next;
                try {
                    Callbacks.guard("receiver", () -> receiver.accept(one));
                } finally {
                    release.accept(one);
                }
            }
        } finally {
            end();
            waiting.forEach(release);
        }
    }

    private @org.jspecify.annotations.Nullable T take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return ended ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }
}

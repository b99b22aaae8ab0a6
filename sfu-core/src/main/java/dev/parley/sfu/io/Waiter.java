package dev.parley.sfu.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits until one of a few descriptors can be read, and lets other threads end the wait. Owned by the port's thread,
 * except {@link #wakeUp()}.
 *
 * <p>It stands on ppoll: an epoll set stays on a socket's wait queue all the time and is called for every datagram that
 * has left, which made sending a datagram about 100 ns dearer (measured), while ppoll is there only as long as it
 * sleeps. For few descriptors a call costs the same, and its time-outs are in nanoseconds on every kernel.
 */
final class Waiter implements AutoCloseable {
    /** The eventfd's place among the descriptors. */
    private static final int EVENT = 0;

    private final LinuxCalls calls;
    private final MemorySegment descriptors;
    private final int event;
    private final AtomicBoolean wakeRequested = new AtomicBoolean();
    private final Object closing = new Object();
    private int count = 1;
    private boolean closed;

    /**
     * Opens the eventfd.
     *
     * @param capacity how many descriptors can be watched
     */
    Waiter(LinuxCalls calls, int capacity, Arena arena) throws IOException {
        this.calls = calls;
        descriptors = arena.allocate((long) (capacity + 1) * LinuxAbi.POLLFD_BYTES, 8);
        event = calls.newEvent();
        if (event < 0) {
            throw new IOException("cannot open an eventfd: errno " + -event);
        }
        descriptor(EVENT, event);
    }

    /**
     * Watches a descriptor from now on.
     *
     * @return its number here
     */
    int watch(int fd) {
        descriptor(count, fd);
        return count++;
    }

    private void descriptor(int index, int fd) {
        descriptors.set(LinuxAbi.U32, (long) index * LinuxAbi.POLLFD_BYTES + LinuxAbi.POLLFD_FD, fd);
        descriptors.set(LinuxAbi.U16, (long) index * LinuxAbi.POLLFD_BYTES + LinuxAbi.POLLFD_EVENTS, LinuxAbi.POLLIN);
    }

    /** Waits until a descriptor is ready, for {@link #wakeUp} or for the time to pass. */
    void await(long timeoutNs) {
        int ready = calls.poll(descriptors.address(), count, wakeRequested.get() ? 0 : timeoutNs);
        if (ready <= 0) {
            for (int i = 0; i < count; i++) {
                clear(i); // After an error the kernel may not have written them.
            }
        }
    }

    /** Whether the last wait found something to read, an error included. */
    boolean isReady(int index) {
        return descriptors.get(LinuxAbi.U16, (long) index * LinuxAbi.POLLFD_BYTES + LinuxAbi.POLLFD_RESULT) != 0;
    }

    private void clear(int index) {
        descriptors.set(LinuxAbi.U16, (long) index * LinuxAbi.POLLFD_BYTES + LinuxAbi.POLLFD_RESULT, (short) 0);
    }

    /** Lets time pass, but not through a wake-up. */
    void pause(long ns) {
        if (!wakeRequested.get()) {
            calls.poll(descriptors.address(), 1, ns);
        }
    }

    /** Ends a poll: a wake-up asked for until now has been answered by it. */
    void answered() {
        if (isReady(EVENT) || wakeRequested.get()) {
            // In this order: one that comes in between is still asked for, though its event may be cleared. One whose
            // event is yet to come ends a later wait early for nothing.
            wakeRequested.getAndSet(false);
            calls.clearEvent(event);
            clear(EVENT);
        }
    }

    /** Makes the current or the next {@link #await} return early. Any thread. */
    void wakeUp() {
        if (!wakeRequested.getAndSet(true)) {
            synchronized (closing) {
                if (!closed) {
                    LinuxCalls.wake(event); // Not after the close: the number may be another descriptor's by then.
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (!closed) {
                closed = true;
                calls.close(event);
            }
        }
    }
}

package dev.parley.sfu.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits on a thread's descriptors by epoll, and lets other threads end the wait. Owned by the port's thread, except
 * {@link #wakeUp()}.
 */
final class Waiter implements AutoCloseable {
    private static final int CAPACITY = 64;
    private static final long WAKE_UP = -1;

    private final LinuxCalls calls;
    private final MemorySegment events;
    private final int epoll;
    private final int event;
    private final AtomicBoolean wakeRequested = new AtomicBoolean();
    private final Object closing = new Object();
    private boolean closed;
    /** Whether the last wait has seen the eventfd readable. */
    private boolean woken;

    Waiter(LinuxCalls calls, Arena arena) throws IOException {
        this.calls = calls;
        events = arena.allocate((long) CAPACITY * LinuxAbi.EPOLL_EVENT_BYTES, 8);
        epoll = calls.newEpoll();
        event = calls.newEvent();
        if (epoll < 0 || event < 0 || calls.addToEpoll(epoll, event, LinuxAbi.EPOLLIN, WAKE_UP) < 0) {
            close();
            throw new IOException("cannot open epoll and eventfd descriptors: errno " + -Math.min(epoll, event));
        }
    }

    /**
     * Watches a descriptor until it is closed.
     *
     * @param events what for, EPOLLIN and the like
     * @param data 0 or more, to be found in {@link #data}
     */
    void watch(int fd, int events, long data) throws IOException {
        int status = calls.addToEpoll(epoll, fd, events, data);
        if (status < 0) {
            throw new IOException("epoll_ctl fails with errno " + -status);
        }
    }

    /**
     * Waits for events, for {@link #wakeUp} or for the time to pass.
     *
     * @return how many events there are
     */
    int await(long timeoutNs) {
        int found = calls.await(epoll, events.address(), CAPACITY, wakeRequested.get() ? 0 : timeoutNs);
        for (int i = 0; i < found; i++) {
            woken |= data(i) == WAKE_UP;
        }
        return Math.max(found, 0); // EINTR: nothing yet.
    }

    /** The data of an event, or a negative number for a wake-up. */
    long data(int index) {
        return events.get(LinuxAbi.U64, (long) index * LinuxAbi.EPOLL_EVENT_BYTES + LinuxAbi.EPOLL_EVENT_DATA);
    }

    /** Lets time pass, but not through a wake-up. */
    void pause(long ns) {
        if (!wakeRequested.get()) {
            calls.poll(event, LinuxAbi.POLLIN, ns);
        }
    }

    /** Ends a poll: a wake-up asked for until now has been answered by it. */
    void answered() {
        if (woken || wakeRequested.get()) {
            // In this order: one that comes in between is still asked for, though its event may be cleared. One whose
            // event is yet to come ends a later wait early for nothing.
            wakeRequested.getAndSet(false);
            calls.clearEvent(event);
            woken = false;
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
            closed = true;
            if (epoll >= 0) {
                calls.close(epoll);
            }
            if (event >= 0) {
                calls.close(event);
            }
        }
    }
}

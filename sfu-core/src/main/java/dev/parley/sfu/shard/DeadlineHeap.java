package dev.parley.sfu.shard;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one shard: a binary heap of {@link Timed} objects, owned by the shard's thread. Adding takes a
 * {@link Handle}; updating and removing through it take O(log n) and allocate nothing.
 */
public final class DeadlineHeap {
    private static final int NOT_IN_HEAP = -1;

    private @Nullable Handle[] heap = new @Nullable Handle[64];
    private int size;

    /** A {@link Timed} object's place in the heap. */
    public final class Handle {
        private final Timed timed;
        private long deadlineNs;
        private int index = NOT_IN_HEAP;

        private Handle(Timed timed) {
            this.timed = timed;
        }

        /** Reads {@link Timed#nextDeadlineNs()} again. Call when it may have changed; does nothing once removed. */
        public void update() {
            if (index != NOT_IN_HEAP) {
                moveTo(this, timed.nextDeadlineNs());
            }
        }

        /** Takes the object out, for good; a second call does nothing. */
        public void remove() {
            if (index != NOT_IN_HEAP) {
                takeOut(this);
            }
        }
    }

    /** Adds an object at the deadline that it names now. */
    public Handle add(Timed timed) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        Handle handle = new Handle(timed);
        handle.deadlineNs = timed.nextDeadlineNs();
        place(handle, size++);
        siftUp(handle);
        return handle;
    }

    /** The earliest deadline, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        return size == 0 ? Long.MAX_VALUE : at(0).deadlineNs;
    }

    public int size() {
        return size;
    }

    /**
     * Calls every object whose deadline has come, earliest first. One that still names a past deadline is called again
     * in the next run, not in this one. If one throws, it keeps its place and the rest waits for the next run.
     *
     * @return how many were called
     */
    public int runDue(long nowNs) {
        int calls = 0;
        while (size > 0 && at(0).deadlineNs <= nowNs) {
            Handle due = at(0);
            calls++;
            try {
                due.timed.onDeadline(nowNs);
            } finally {
                if (due.index != NOT_IN_HEAP) {
                    moveTo(due, Math.max(due.timed.nextDeadlineNs(), nowNs + 1));
                }
            }
        }
        return calls;
    }

    private void moveTo(Handle handle, long deadlineNs) {
        long before = handle.deadlineNs;
        handle.deadlineNs = deadlineNs;
        if (deadlineNs < before) {
            siftUp(handle);
        } else if (deadlineNs > before) {
            siftDown(handle);
        }
    }

    private void takeOut(Handle handle) {
        int hole = handle.index;
        handle.index = NOT_IN_HEAP;
        Handle last = at(--size);
        heap[size] = null;
        if (last != handle) {
            place(last, hole);
            siftUp(last);
            siftDown(last);
        }
    }

    private void siftUp(Handle handle) {
        int index = handle.index;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (at(parent).deadlineNs <= handle.deadlineNs) {
                break;
            }
            place(at(parent), index);
            index = parent;
        }
        place(handle, index);
    }

    private void siftDown(Handle handle) {
        int index = handle.index;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).deadlineNs < at(child).deadlineNs) {
                child++;
            }
            if (at(child).deadlineNs >= handle.deadlineNs) {
                break;
            }
            place(at(child), index);
            index = child;
        }
        place(handle, index);
    }

    private void place(Handle handle, int index) {
        heap[index] = handle;
        handle.index = index;
    }

    private Handle at(int index) {
        return Objects.requireNonNull(heap[index]);
    }
}

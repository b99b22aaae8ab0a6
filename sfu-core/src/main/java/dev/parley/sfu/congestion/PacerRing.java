package dev.parley.sfu.congestion;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Packets of one priority that wait for the pacer, in their order. Owned by the shard. */
final class PacerRing {
    private static final int INITIAL_CAPACITY = 16;
    private static final int MAX_CAPACITY = 2_048;

    private int[] handles = {};
    private int[] sizes = {};
    private long[] sinceNs = {};
    private int first;
    private int count;
    private long bytes;

    boolean hasRoom() {
        return count < MAX_CAPACITY;
    }

    void add(int handle, int sizeBytes, long nowNs) {
        if (count == handles.length) {
            grow();
        }
        int at = first + count++ & handles.length - 1;
        handles[at] = handle;
        sizes[at] = sizeBytes;
        sinceNs[at] = nowNs;
        bytes += sizeBytes;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int nextSizeBytes() {
        return sizes[first];
    }

    long bytes() {
        return bytes;
    }

    long oldestNs() {
        return sinceNs[first];
    }

    int remove() {
        int handle = handles[first];
        bytes -= sizes[first];
        first = first + 1 & handles.length - 1;
        count--;
        return handle;
    }

    /** Takes out those that the predicate wants. */
    int removeIf(IntPredicate isUnwanted) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int from = first + i & handles.length - 1;
            if (isUnwanted.test(handles[from])) {
                bytes -= sizes[from];
            } else {
                int to = first + kept++ & handles.length - 1;
                handles[to] = handles[from];
                sizes[to] = sizes[from];
                sinceNs[to] = sinceNs[from];
            }
        }
        int removed = count - kept;
        count = kept;
        return removed;
    }

    private void grow() {
        int from = handles.length;
        int[] oldHandles = handles;
        int[] oldSizes = sizes;
        long[] oldSinceNs = sinceNs;
        int capacity = Math.max(INITIAL_CAPACITY, 2 * from);
        handles = new int[capacity];
        sizes = Arrays.copyOf(sizes, capacity);
        sinceNs = Arrays.copyOf(sinceNs, capacity);
        for (int i = 0; i < count; i++) {
            int old = first + i & from - 1;
            handles[i] = oldHandles[old];
            sizes[i] = oldSizes[old];
            sinceNs[i] = oldSinceNs[old];
        }
        first = 0;
    }
}

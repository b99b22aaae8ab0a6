package dev.parley.sfu.peer;

import org.jspecify.annotations.Nullable;

/**
 * SSRC to value by open addressing, so that a look-up per packet neither boxes nor allocates. Removal rebuilds, since
 * streams end far more rarely than packets arrive.
 */
final class SsrcTable<V> {
    private static final int INITIAL_CAPACITY = 16;
    /** No SSRC, as those are ints. */
    private static final long NONE = Long.MIN_VALUE;

    private int[] ssrcs = new int[INITIAL_CAPACITY];

    @SuppressWarnings("unchecked")
    private @Nullable V[] values = (V[]) new Object[INITIAL_CAPACITY];

    private int size;

    @Nullable
    V get(int ssrc) {
        int mask = values.length - 1;
        for (int slot = slotOf(ssrc, mask); ; slot = (slot + 1) & mask) {
            V value = values[slot];
            if (value == null || ssrcs[slot] == ssrc) {
                return value;
            }
        }
    }

    void put(int ssrc, V value) {
        if (2 * (size + 1) > values.length) {
            rebuild(values.length * 2, NONE);
        }
        insert(ssrc, value);
    }

    void remove(int ssrc) {
        if (get(ssrc) != null) {
            rebuild(values.length, ssrc);
        }
    }

    int size() {
        return size;
    }

    private void insert(int ssrc, V value) {
        int mask = values.length - 1;
        int slot = slotOf(ssrc, mask);
        while (values[slot] != null && ssrcs[slot] != ssrc) {
            slot = (slot + 1) & mask;
        }
        if (values[slot] == null) {
            size++;
        }
        ssrcs[slot] = ssrc;
        values[slot] = value;
    }

    @SuppressWarnings("unchecked")
    private void rebuild(int capacity, long without) {
        int[] oldSsrcs = ssrcs;
        @Nullable V[] oldValues = values;
        ssrcs = new int[capacity];
        values = (V[]) new Object[capacity];
        size = 0;
        for (int i = 0; i < oldValues.length; i++) {
            V value = oldValues[i];
            if (value != null && oldSsrcs[i] != without) {
                insert(oldSsrcs[i], value);
            }
        }
    }

    /** SSRCs are random, but not those of an attacker: spread them by a multiplicative hash. */
    private static int slotOf(int ssrc, int mask) {
        return (ssrc * 0x9E37_79B9 >>> 16) & mask;
    }
}

package dev.parley.sfu.srtp;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * State by SSRC: an open-addressing table with linear probing that neither boxes nor allocates on look-up, owned by the
 * context's thread and bounded by {@code maxEntries}.
 */
public final class SsrcMap<V> {
    private static final int INITIAL_CAPACITY = 16;
    /** 2^32 divided by the golden ratio: spreads SSRCs that somebody counts up by one. */
    private static final int SPREAD = 0x9E37_79B9;

    private final int maxEntries;
    private int[] keys = new int[INITIAL_CAPACITY];
    private @Nullable Object[] values = new @Nullable Object[INITIAL_CAPACITY];
    private int size;

    public SsrcMap(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    @SuppressWarnings("unchecked") // Only put() writes, and it takes a V.
    public @Nullable V get(int ssrc) {
        return (V) values[slotOf(ssrc)];
    }

    public boolean isFull() {
        return size >= maxEntries;
    }

    public int size() {
        return size;
    }

    /** Adds a value for an SSRC that has none; the map is not full. */
    public void put(int ssrc, V value) {
        if (isFull()) {
            throw new IllegalStateException("more than " + maxEntries + " SSRCs");
        }
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int slot = slotOf(ssrc);
        keys[slot] = ssrc;
        values[slot] = value;
        size++;
    }

    public void remove(int ssrc) {
        int hole = slotOf(ssrc);
        if (values[hole] == null) {
            return;
        }
        values[hole] = null;
        size--;
        // Entries behind the hole that probed over it move up, so that look-ups need no tombstones.
        int mask = keys.length - 1;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            int home = home(keys[slot]);
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                values[slot] = null;
                hole = slot;
            }
        }
    }

    /** Removes every entry of which {@code test} is true. */
    public void removeIf(Predicate<? super V> test) {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[oldKeys.length];
        values = new @Nullable Object[oldKeys.length];
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            @SuppressWarnings("unchecked") // Only put() writes, and it takes a V.
            V value = (V) oldValues[i];
            if (value != null && !test.test(value)) {
                put(oldKeys[i], value);
            }
        }
    }

    private int slotOf(int ssrc) {
        int mask = keys.length - 1;
        int slot = home(ssrc);
        while (values[slot] != null && keys[slot] != ssrc) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(int ssrc) {
        return ssrc * SPREAD >>> Integer.numberOfLeadingZeros(keys.length - 1);
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = new @Nullable Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}

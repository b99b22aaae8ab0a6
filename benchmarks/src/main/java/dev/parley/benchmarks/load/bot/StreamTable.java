package dev.parley.benchmarks.load.bot;

import org.jspecify.annotations.Nullable;

/** Received streams by SSRC, found without garbage. Owned by the bots' thread. */
final class StreamTable {
    private static final int INITIAL_CAPACITY = 16;

    private int[] keys = new int[INITIAL_CAPACITY];
    private @Nullable Entry[] entries = new @Nullable Entry[INITIAL_CAPACITY];
    private int size;

    /**
     * What an SSRC stands for.
     *
     * @param retransmissions whether it carries the stream's retransmissions
     */
    record Entry(ReceivedStream stream, boolean retransmissions) {}

    @Nullable
    Entry get(int ssrc) {
        int slot = slot(ssrc);
        return entries[slot];
    }

    void put(int ssrc, Entry entry) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int slot = slot(ssrc);
        size += entries[slot] == null ? 1 : 0;
        keys[slot] = ssrc;
        entries[slot] = entry;
    }

    private int slot(int ssrc) {
        int mask = keys.length - 1;
        int slot = (ssrc * 0x9E37_79B9 >>> 16) & mask;
        while (entries[slot] != null && keys[slot] != ssrc) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Entry[] oldEntries = entries;
        keys = new int[2 * oldKeys.length];
        entries = new @Nullable Entry[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            Entry entry = oldEntries[i];
            if (entry != null) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                entries[slot] = entry;
            }
        }
    }
}

package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remote addresses lately seen by UDP, each with the layer's way to it: answers must leave from the address that was
 * asked (RFC 8445 §7.3). Owned by the port's thread.
 *
 * <p>Anyone can make up source addresses, so the size is fixed: sets of eight, the one unused for longest makes way.
 * The seed keeps strangers from aiming at one set.
 *
 * @param <E> the layer's entries
 */
final class AddressCache<E extends AddressCache.Entry> {
    private static final int WAYS = 8;
    private static final int SETS = 1_024;

    private final @Nullable Entry[] entries = new @Nullable Entry[SETS * WAYS];
    private final long seed;
    private long uses;

    /** A remote address; the layers add the way to it. */
    abstract static class Entry {
        private final TransportAddress remote;
        private long lastUse;

        Entry(TransportAddress remote) {
            this.remote = remote;
        }

        final TransportAddress remote() {
            return remote;
        }

        final boolean isTo(long high, long low, int port) {
            return remote.low() == low && remote.port() == port && remote.high() == high;
        }
    }

    AddressCache(long seed) {
        this.seed = seed;
    }

    /** The way to an address, or null if it has not been seen lately. */
    @Nullable
    E find(TransportAddress remote) {
        return find(remote.high(), remote.low(), remote.port());
    }

    /** The same for an address as numbers, as {@link TransportAddress} has them. */
    @SuppressWarnings("unchecked") // Only put() fills the array.
    @Nullable
    E find(long high, long low, int port) {
        int first = firstOfSet(high, low, port);
        for (int i = first; i < first + WAYS; i++) {
            Entry entry = entries[i];
            if (entry != null && entry.isTo(high, low, port)) {
                entry.lastUse = ++uses;
                return (E) entry;
            }
        }
        return null;
    }

    /** Adds an address that is not there. */
    void put(E entry) {
        TransportAddress remote = entry.remote();
        int first = firstOfSet(remote.high(), remote.low(), remote.port());
        int oldest = first;
        long oldestUse = Long.MAX_VALUE;
        for (int i = first; i < first + WAYS; i++) {
            Entry old = entries[i];
            long use = old == null ? 0 : old.lastUse;
            if (use < oldestUse) {
                oldestUse = use;
                oldest = i;
            }
        }
        Entry added = entry;
        added.lastUse = ++uses;
        entries[oldest] = added;
    }

    private int firstOfSet(long high, long low, int port) {
        // Multiply and fold, with odd constants from the golden ratio and sqrt(3).
        long hash = (seed ^ high) * 0x9E37_79B9_7F4A_7C15L;
        hash = (hash ^ hash >>> 32 ^ low) * 0xBB67_AE85_84CA_A73BL;
        hash = (hash ^ hash >>> 32 ^ port) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (hash >>> 54) * WAYS;
    }
}

package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remote addresses lately seen, in both the sockets' form and ours, with the socket that each arrived on: answers must
 * leave from the address that was asked (RFC 8445 §7.3). Owned by the port's thread.
 *
 * <p>Anyone can make up source addresses, so the size is fixed: sets of eight, the one unused for longest makes way.
 * The seed keeps strangers from aiming at one set.
 */
final class AddressCache {
    private static final int WAYS = 8;
    private static final int SETS = 1_024;

    private final @Nullable Entry[] entries = new @Nullable Entry[SETS * WAYS];
    private final long seed;
    private long uses;

    /** A remote address and the way to it. */
    static final class Entry {
        private final TransportAddress remote;
        private final InetSocketAddress inet;
        private UdpSocket socket;
        private long lastUse;

        private Entry(TransportAddress remote, InetSocketAddress inet, UdpSocket socket) {
            this.remote = remote;
            this.inet = inet;
            this.socket = socket;
        }

        TransportAddress remote() {
            return remote;
        }

        InetSocketAddress inet() {
            return inet;
        }

        UdpSocket socket() {
            return socket;
        }
    }

    AddressCache(long seed) {
        this.seed = seed;
    }

    /** The canonical address of a sender, whose way back is from now on {@code socket}. */
    TransportAddress arrived(InetSocketAddress from, UdpSocket socket) {
        TransportAddress key =
                TransportAddress.of(Transport.UDP, from.getAddress().getAddress(), from.getPort());
        Entry entry = find(key);
        if (entry == null) {
            entry = put(key, from, socket);
        }
        entry.socket = socket;
        return entry.remote;
    }

    /** The way to an address, or null if it has not been seen lately. */
    @Nullable
    Entry find(TransportAddress remote) {
        int first = firstOfSet(remote);
        for (int i = first; i < first + WAYS; i++) {
            Entry entry = entries[i];
            if (entry != null && entry.remote.equals(remote)) {
                entry.lastUse = ++uses;
                return entry;
            }
        }
        return null;
    }

    Entry put(TransportAddress remote, InetSocketAddress inet, UdpSocket socket) {
        int first = firstOfSet(remote);
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
        Entry entry = new Entry(remote, inet, socket);
        entry.lastUse = ++uses;
        entries[oldest] = entry;
        return entry;
    }

    private int firstOfSet(TransportAddress remote) {
        // Multiply and fold, with odd constants from the golden ratio and sqrt(3).
        long hash = (seed ^ remote.high()) * 0x9E37_79B9_7F4A_7C15L;
        hash = (hash ^ hash >>> 32 ^ remote.low()) * 0xBB67_AE85_84CA_A73BL;
        hash = (hash ^ hash >>> 32 ^ remote.port()) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (hash >>> 54) * WAYS;
    }
}

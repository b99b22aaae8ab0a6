package dev.parley.sfu.ice;

import org.jspecify.annotations.Nullable;

/**
 * The remote addresses that valid checks came from, at most {@link #CAPACITY}, owned by one {@link IceAgent}. A full
 * table gives up the one that was checked longest ago, never the selected one, so that no peer can make it grow.
 */
final class VerifiedAddresses {
    static final int CAPACITY = 16;

    private final @Nullable TransportAddress[] addresses = new @Nullable TransportAddress[CAPACITY];
    private final long[] checkedNs = new long[CAPACITY];
    private int count;

    boolean contains(TransportAddress address) {
        return indexOf(address) >= 0;
    }

    /** Notes a check from an address that is already here; false if it is not. */
    boolean touch(TransportAddress address, long nowNs) {
        int index = indexOf(address);
        if (index < 0) {
            return false;
        }
        checkedNs[index] = nowNs;
        return true;
    }

    /** Adds an address that is not here; returns the one that had to go for it, if any. */
    @Nullable
    TransportAddress add(TransportAddress address, @Nullable TransportAddress selected, long nowNs) {
        int index = count < CAPACITY ? count++ : oldestExcept(selected);
        TransportAddress evicted = addresses[index];
        addresses[index] = address;
        checkedNs[index] = nowNs;
        return evicted;
    }

    /** Takes an address out; false if it is not here. */
    boolean remove(TransportAddress address) {
        int index = indexOf(address);
        if (index < 0) {
            return false;
        }
        count--;
        addresses[index] = addresses[count];
        checkedNs[index] = checkedNs[count];
        addresses[count] = null;
        return true;
    }

    /** The address of the latest check, or {@code null} if there was none. */
    @Nullable
    TransportAddress latest() {
        int latest = 0;
        for (int i = 1; i < count; i++) {
            // Differences, since a monotonic clock may wrap.
            latest = checkedNs[i] - checkedNs[latest] >= 0 ? i : latest;
        }
        return addresses[latest];
    }

    /** A copy of the addresses, for the control path. */
    TransportAddress[] toArray() {
        TransportAddress[] copy = new TransportAddress[count];
        for (int i = 0; i < count; i++) {
            copy[i] = at(i);
        }
        return copy;
    }

    private int oldestExcept(@Nullable TransportAddress selected) {
        int oldest = -1;
        for (int i = 0; i < count; i++) {
            boolean candidate = !at(i).equals(selected);
            if (candidate && (oldest < 0 || checkedNs[i] - checkedNs[oldest] < 0)) {
                oldest = i;
            }
        }
        return oldest;
    }

    private int indexOf(TransportAddress address) {
        for (int i = 0; i < count; i++) {
            if (at(i).equals(address)) {
                return i;
            }
        }
        return -1;
    }

    private TransportAddress at(int index) {
        TransportAddress address = addresses[index];
        if (address == null) {
            throw new IllegalStateException("no address at " + index + " of " + count);
        }
        return address;
    }
}

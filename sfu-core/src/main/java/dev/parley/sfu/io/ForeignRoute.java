package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;

/**
 * The way to a remote address by the foreign layer: the socket that it was last heard on and, if that is bound to a
 * wildcard, the local address that it had asked. Owned by the port's thread.
 */
final class ForeignRoute extends AddressCache.Entry {
    private ForeignSocket socket;
    /** As in {@link TransportAddress}; both 0 leave the choice to the kernel. */
    private long sourceHigh;

    private long sourceLow;
    /** The interface of a link-local address (RFC 4007 §6), else 0. */
    private int scope;

    private boolean refusesSegments;

    ForeignRoute(TransportAddress remote, ForeignSocket socket) {
        super(remote);
        this.socket = socket;
    }

    void arrived(ForeignSocket latest, long asked64High, long asked64Low, int scopeId) {
        socket = latest;
        sourceHigh = asked64High;
        sourceLow = asked64Low;
        scope = scopeId;
    }

    ForeignSocket socket() {
        return socket;
    }

    boolean hasSource() {
        return (sourceHigh | sourceLow) != 0;
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    int scope() {
        return scope;
    }

    /** Whether the kernel cannot segment on this way: a small path MTU, or a device without checksum offload. */
    boolean refusesSegments() {
        return refusesSegments;
    }

    void refuseSegments() {
        refusesSegments = true;
    }
}

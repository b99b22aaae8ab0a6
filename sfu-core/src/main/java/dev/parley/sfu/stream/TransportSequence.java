package dev.parley.sfu.stream;

/**
 * Numbers all packets of one connection in the order they are sent
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2). Owned by the shard.
 */
public final class TransportSequence {
    private int next;

    /** The next number, 0 to 65,535. */
    public int next() {
        return next++ & 0xFFFF;
    }
}

package dev.parley.sfu.peer;

import java.util.function.LongConsumer;

/**
 * What a turn of the loop has received and not yet sent: first the tracks with packets to be forwarded, then the peers
 * with packets to be encrypted. Each receiver's share of a turn is dealt with in one go, while what is known of it is in
 * the processor's cache, and leaves in long runs. Owned by the shard.
 */
public final class SendQueue {
    private final LongConsumer onForwarded;
    private final TurnQueue tracks = new TurnQueue();
    private final TurnQueue senders = new TurnQueue();

    /**
     * @param onForwarded told when a media packet arrived at the server, in the shard's nanoseconds, once it has gone on
     *     to any receiver
     */
    public SendQueue(LongConsumer onForwarded) {
        this.onForwarded = onForwarded;
    }

    /** A packet that arrived at {@code receivedNs} has gone on to somebody. */
    void forwarded(long receivedNs) {
        onForwarded.accept(receivedNs);
    }

    /** A track has its first packet of the turn. */
    void add(TrackRouter track) {
        tracks.add(track);
    }

    /** A sender has its first pending packet. */
    void add(MediaSender sender) {
        senders.add(sender);
    }

    /** Forwards and sends everything that is pending: the end of a turn. */
    public void drain() {
        try {
            tracks.drain();
        } finally {
            senders.drain();
        }
    }

    boolean isEmpty() {
        return tracks.isEmpty() && senders.isEmpty();
    }
}

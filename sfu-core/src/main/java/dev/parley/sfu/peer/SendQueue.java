package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketPool;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a turn of the loop has received and not yet sent: the tracks with packets to be forwarded, and the packets of one
 * peer that are to be encrypted. Each receiver's share of a turn is dealt with in one go, while what is known of it is in
 * the processor's cache, and leaves in long runs. Owned by the shard.
 */
public final class SendQueue {
    private final LongConsumer onForwarded;
    private final TurnQueue<TrackRouter> tracks = new TurnQueue<>();
    private final TurnQueue<ReadySlots> receivers = new TurnQueue<>();
    /** Lent to one peer after the other, so that it stays in the cache. */
    private final PendingPackets pending;

    /** What has to wait for the pacers of the peers. */
    private final PacedPackets waiting;

    private @Nullable MediaSender owner;

    /**
     * @param pool where memory for the heads of packets is taken from
     * @param onForwarded told when a media packet arrived at the server, in the shard's nanoseconds, once it has gone on
     *     to any receiver
     */
    public SendQueue(PacketPool pool, LongConsumer onForwarded) {
        this.pending = new PendingPackets(pool);
        this.waiting = new PacedPackets(pool);
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

    /** A receiver has its first slot with packets, in a turn in which several tracks have any. */
    void add(ReadySlots receiver) {
        receivers.add(receiver);
    }

    /** The list for packets to one peer after the other. */
    PendingPackets pending() {
        return pending;
    }

    PacedPackets waiting() {
        return waiting;
    }

    boolean isOwner(MediaSender sender) {
        return owner == sender;
    }

    /** From now on the list is for {@code sender}'s peer. What another peer's sender has left in it is sent first. */
    void own(MediaSender sender) {
        drainOwner();
        owner = sender;
    }

    /** Sends what is pending for {@code sender}'s peer. */
    void drain(MediaSender sender) {
        if (owner == sender) {
            drainOwner();
        }
    }

    private void drainOwner() {
        MediaSender last = owner;
        owner = null;
        if (last != null) {
            last.drain();
        }
    }

    /** Forwards and sends everything that is pending: the end of a turn. */
    public void drain() {
        try {
            if (tracks.count() > 1) {
                // By receiver, so that what comes from several tracks leaves together.
                for (int i = 0; i < tracks.count(); i++) {
                    tracks.member(i).announce();
                }
                receivers.drain();
            }
        } finally {
            try {
                tracks.drain();
            } finally {
                drainOwner();
            }
        }
    }

    boolean isEmpty() {
        return tracks.count() == 0 && owner == null;
    }
}

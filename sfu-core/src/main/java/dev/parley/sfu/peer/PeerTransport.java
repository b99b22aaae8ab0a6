package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.ice.TransportAddress;
import org.jspecify.annotations.Nullable;

/** What one peer asks of the shard that owns it; a simulation supplies its own. */
public interface PeerTransport {
    /**
     * Where the next datagram to {@code remote} is best written: its length is 0, and it is valid until the next call of
     * this or of {@link #transmit}.
     */
    PacketBuffer place(TransportAddress remote);

    /** Sends a datagram. The packet is borrowed. */
    void transmit(PacketBuffer packet, TransportAddress remote);

    /**
     * Where a run of datagrams of one size is best written, one behind the other, or {@code null} when they had better be
     * placed one by one. They leave with {@link #transmitPlaced}.
     */
    default @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
        return null;
    }

    /** Sends the run, or the first datagrams of it, that {@link #placeRun} gave the place for. */
    default void transmitPlaced(int datagrams) {
        throw new IllegalStateException("no run has been placed");
    }

    /** A STUN check from this address has passed: a TCP connection to it may stay. */
    void verified(TransportAddress remote);

    /** Nothing more comes from or goes to this address: a TCP connection to it may end. */
    void released(TransportAddress remote);

    /** The shard's clock, for what is not called with the time. */
    long nowNs();

    /**
     * How long what arrives waits in this machine before the shard reads it: next to nothing, unless the shard has more to
     * do than it can.
     */
    default long readingLagNs() {
        return 0;
    }

    /** The peer's next deadline is now earlier than it was. */
    void deadlineMoved();

    /** The DTLS handshake is complete. */
    void secured(SrtpProfile profile);

    /** The peer has ended: forget it. */
    void closed();
}

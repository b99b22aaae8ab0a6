package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * What an {@link IceAgent} has to say, said before the call that caused it returns. Called on the agent's thread; an
 * implementation must not call the agent back.
 */
public interface IceSink {
    /** Sends a STUN response; the packet is lent for the call. */
    void transmit(PacketBuffer response, TransportAddress remote);

    /** A valid check came from this address: packets from it belong to this agent until {@link #forgotten}. */
    void verified(TransportAddress remote);

    /** The address is no longer this agent's; it may meanwhile have been verified by another. */
    void forgotten(TransportAddress remote);

    /**
     * From now on media goes to this address. Also said, perhaps with the address unchanged, when the first nomination
     * after an ICE restart completes it.
     */
    void selected(TransportAddress remote);

    /** The selected path's far end fell silent: stop sending (RFC 7675 §5.1). Said once until regained. */
    void consentLost();

    /** The far end is back after {@link #consentLost()}. */
    void consentRegained();
}

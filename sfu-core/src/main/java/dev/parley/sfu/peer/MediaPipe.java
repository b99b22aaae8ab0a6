package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.stream.IngressStream;

/**
 * The way of decrypted packets from this shard to another, in order. What does not fit is refused, so nobody ever waits.
 * Owned by the sending shard.
 */
public interface MediaPipe {
    /**
     * Sends a packet. It is borrowed, but may be kept; it must not be written any more.
     *
     * @param channel as the far side named the {@link TrackReplica} that it is for
     * @return false when the pipe is full; that is counted
     */
    boolean sendPacket(int channel, PacketBuffer packet);

    /** Sends what is known of the publisher's clock, which a later call says again, so it may get lost. */
    void sendClock(int channel, IngressStream stream);
}

package dev.parley.sfu.stream;

import org.jspecify.annotations.Nullable;

/** Where outgoing RTP packets go: the peer, which encrypts and transmits them at the end of the turn. */
public interface PacketSink {
    /**
     * A packet to be filled, with a buffer for its head; {@code null} when none can be sent now, which has been counted.
     * One that is not passed to {@link #send} is as if it had never been begun.
     */
    @Nullable
    OutgoingPacket begin();

    /** Takes the packet that was begun last. Its source is borrowed: the sink retains it for as long as it needs. */
    void send(OutgoingPacket packet);

    /** What waits to be sent under these SSRCs is of no use any more, such as when the keyframe of a smaller picture follows. */
    void overtake(int ssrc, int rtxSsrc);
}

package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;

/** What a {@link UdpPort} delivers to, on the thread that polls it. */
public interface DatagramHandler {
    /**
     * A packet that arrived by UDP or in a frame of an ICE-TCP connection.
     *
     * @param packet borrowed: valid until this method returns, unless retained
     * @param remote where it came from; equal remotes are usually the same object
     * @param nowNs the clock when its batch was read; {@link PacketBuffer#receivedNs()} is when it arrived, as far as the
     *     layer knows
     */
    void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs);

    /**
     * The connection to {@code remote} has ended, by the other end or by a limit; not called for
     * {@link UdpPort#closeTcp}, for a connection that never delivered a packet, nor when the port closes. Like packets,
     * it comes out of {@link UdpPort#poll} only, never out of a send.
     */
    void onTcpClosed(TransportAddress remote);
}

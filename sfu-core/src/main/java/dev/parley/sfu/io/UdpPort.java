package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropCounters;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one port of a shard: UDP, and passive ICE-TCP (RFC 6544) on the same number, driven by polling.
 *
 * <p>Owned by the thread that opened it, which alone calls its methods, except {@link #wakeUp()} and the accessors,
 * which any thread may call.
 */
public interface UdpPort extends AutoCloseable {
    /** How a shard comes by its port. */
    interface Opener {
        /**
         * Opens and binds a port on the calling thread, which is to poll it.
         *
         * @throws IOException if an address cannot be bound; the message names it
         */
        UdpPort open(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
                throws IOException;
    }

    /** The {@link Opener} of the configured layer. */
    static UdpPort open(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
            throws IOException {
        return IoLayer.choose(config.io()).open(config, pool, drops, handler);
    }

    /**
     * Waits for packets, for {@link #wakeUp()} or for the time to pass, and delivers what has arrived. A wake-up asked
     * for before the call makes it return at once.
     *
     * @param maxWaitNs at most so long; 0 or less does not wait
     * @param gatherNs how long to let packets gather once the first can be read, so that a frame is read as one batch;
     *     0 or less reads at once, and so do layers that cannot wait so finely
     */
    void poll(long maxWaitNs, long gatherNs);

    /**
     * Memory of the port, of {@link PacketPool#PACKET_CAPACITY} bytes at least and length 0, to write the next datagram
     * to {@code remote} into before it is sent. Datagrams written here need nobody to hold them, and those of a run lie
     * one behind the other, which makes them one part for the kernel. Valid until the next call of this or of
     * {@link #send}.
     */
    PacketBuffer place(TransportAddress remote);

    /**
     * Queues a packet for {@link #flush()}; a long queue is flushed before. Consecutive packets of one size to one
     * remote, of which the last may be shorter, go to the kernel as one run where the layer can do that.
     *
     * @param packet what {@link #place} gave; or another one, which is borrowed, but the port may retain it until it is
     *     flushed: nobody may change it after this call
     * @param remote a UDP address, or the TCP address of a connection that delivered packets
     * @return false if it was dropped, which has been counted
     */
    boolean send(PacketBuffer packet, TransportAddress remote);

    /**
     * Memory for a run of datagrams of the same size to one remote, that is written before {@link #sendPlaced} sends it:
     * what all of them have in common is then done once. The window stands at the first; each next one begins where the
     * one before it ends.
     *
     * @return {@code null} where there is no such memory, or not as much: then they go one by one
     */
    default @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
        return null;
    }

    /**
     * Queues the datagrams written where {@link #placeRun} said, or the first of them, for {@link #flush()}: all are of
     * the size and to the remote that it was told.
     */
    default void sendPlaced(int datagrams) {
        throw new IllegalStateException("no run has been placed");
    }

    /** Hands everything queued to the operating system. */
    void flush();

    /** Makes the current or the next {@link #poll} return early. Any thread. */
    void wakeUp();

    /** Exempts a connection from the time limit on unverified ones: a STUN check on it has passed. */
    void keep(TransportAddress remote);

    /** Ends a TCP connection, if there is one; its {@link DatagramHandler#onTcpClosed} is not called. */
    void closeTcp(TransportAddress remote);

    /** The port number of all sockets. */
    int port();

    /** What is bound, wildcards as they are: UDP, then TCP if it is enabled. For ICE see {@link HostAddresses}. */
    List<TransportAddress> localAddresses();

    /** The I/O layer in use: {@code foreign}, {@code epoll} or {@code nio}. */
    String layer();

    PortCounters counters();

    /** Closes all sockets and connections. Owning thread only. */
    @Override
    void close();
}

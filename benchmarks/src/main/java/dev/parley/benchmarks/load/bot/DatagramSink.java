package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;

/** Whose socket it is. Called by the thread that polls. */
interface DatagramSink {
    /**
     * A datagram that has come.
     *
     * @param packet borrowed until this returns
     * @param addressBits of the sender, IPv4
     * @param arrivalNs the kernel's time stamp, in nanoseconds since 1970
     */
    void onDatagram(PacketBuffer packet, int addressBits, int port, long arrivalNs);

    /** So many datagrams have been dropped so far because they were not read in time. */
    void onOverflow(long datagrams);
}

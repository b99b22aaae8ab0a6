package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import java.io.IOException;

/** The ways to reach the network, the better one first. */
enum IoLayer {
    EPOLL,
    NIO;

    static IoLayer choose(String requested) {
        return requested.equals("nio") ? NIO : EPOLL;
    }

    UdpPort open(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
            throws IOException {
        if (pool.maxPackets() > 0) {
            throw new IOException("not built yet " + config + drops.snapshot() + handler);
        }
        return UdpPort.open(config, pool, drops, handler);
    }
}

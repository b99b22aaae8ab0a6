package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import org.jspecify.annotations.Nullable;

/** The last step of receiving, the same for UDP and TCP: clock, counters, handler. Owned by the port's thread. */
final class PacketDelivery {
    private final PacketPool pool;
    private final DropCounters drops;
    private final PortCounters counters;
    private final DatagramHandler handler;
    private boolean inBatch;
    private long batchNs;

    PacketDelivery(PacketPool pool, DropCounters drops, PortCounters counters, DatagramHandler handler) {
        this.pool = pool;
        this.drops = drops;
        this.counters = counters;
        this.handler = handler;
    }

    /** An empty packet to fill, or null with the drop counted. */
    @Nullable
    PacketBuffer acquire() {
        PacketBuffer packet = pool.acquire();
        if (packet == null) {
            drops.count(DropReason.POOL_EMPTY);
        }
        return packet;
    }

    /** Hands a packet to the handler as received now, and gives the caller's reference back. */
    void deliver(PacketBuffer packet, TransportAddress remote) {
        deliver(packet, remote, batchNs());
    }

    /** The same with the time when it arrived, which is before that of the batch. */
    void deliver(PacketBuffer packet, TransportAddress remote, long receivedNs) {
        try {
            long nowNs = batchNs();
            packet.receivedNs(receivedNs);
            counters.packetsIn().increment();
            counters.bytesIn().add(packet.length());
            handler.onDatagram(packet, remote, nowNs);
        } finally {
            packet.release();
        }
    }

    void tcpClosed(TransportAddress remote) {
        handler.onTcpClosed(remote);
    }

    /** The clock, read once for all packets of a batch. */
    long batchNs() {
        if (!inBatch) {
            inBatch = true;
            batchNs = System.nanoTime();
        }
        return batchNs;
    }

    void endBatch() {
        inBatch = false;
    }
}

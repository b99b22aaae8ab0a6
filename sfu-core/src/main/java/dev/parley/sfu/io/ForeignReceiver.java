package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The receiving half of the foreign layer: reads batches, splits super-packets, delivers. Owned by the port's thread. */
final class ForeignReceiver {
    /** Datagrams read from one socket before commands and deadlines have their turn. */
    private static final int MAX_READ = 128;
    /** Slots to offer at least: each unused one costs some nanoseconds, a second call hundreds. */
    private static final int MIN_OFFER = 8;

    private final DatagramCalls calls;
    private final AddressCache<ForeignRoute> routes;
    private final PacketDelivery delivery;
    private final DropCounters drops;
    private final PortCounters counters;
    private final KernelClock clock;
    private final ReceiveBatch batch;
    private int offer = MIN_OFFER;
    private @Nullable ForeignRoute lastRoute;

    ForeignReceiver(
            DatagramCalls calls,
            AddressCache<ForeignRoute> routes,
            PacketDelivery delivery,
            DropCounters drops,
            PortCounters counters,
            KernelClock clock,
            PacketPool pool,
            Arena arena) {
        this.calls = calls;
        this.routes = routes;
        this.delivery = delivery;
        this.drops = drops;
        this.counters = counters;
        this.clock = clock;
        this.batch = new ReceiveBatch(pool, arena);
    }

    /** Reads a socket until it is empty or others must have their turn. */
    void read(ForeignSocket socket) {
        int datagrams = 0;
        boolean more = true;
        while (more && datagrams < MAX_READ) {
            int offered = offer;
            batch.offer(offered);
            try {
                int messages = calls.receive(socket.fd(), batch.messages(), offered);
                more = messages == offered;
                // The next batch is likely to be about as long as this one.
                offer = Math.clamp(2L * messages, MIN_OFFER, ReceiveBatch.SLOTS);
                datagrams += deliver(socket, messages);
            } finally {
                batch.end();
                delivery.endBatch();
            }
        }
    }

    private int deliver(ForeignSocket socket, int messages) {
        if (messages <= 0) {
            if (messages != -LinuxAbi.EAGAIN && messages != -LinuxAbi.EINTR) {
                counters.sendErrors().others().increment(); // Told once; what has arrived is read by the next poll.
            }
            return 0;
        }
        long nowNs = delivery.batchNs();
        clock.sync(nowNs);
        int datagrams = 0;
        for (int slot = 0; slot < messages; slot++) {
            batch.parseControl(slot);
            long stampNs = batch.stampNs();
            long receivedNs = stampNs == 0 ? nowNs : clock.toMonotonicNs(stampNs, nowNs);
            int segmentBytes = batch.segmentBytes();
            if (segmentBytes == 0 || batch.length(slot) <= segmentBytes) {
                deliverOne(slot, socket, receivedNs);
                datagrams++;
            } else {
                datagrams += split(slot, segmentBytes, socket, receivedNs);
            }
        }
        return datagrams;
    }

    private void deliverOne(int slot, ForeignSocket socket, long receivedNs) {
        int bytes = batch.length(slot);
        if (bytes > PacketPool.PACKET_CAPACITY || batch.isTruncated(slot)) {
            drops.count(DropReason.OVERSIZED);
        } else if (bytes == 0) {
            drops.count(DropReason.UNKNOWN_PROTOCOL);
        } else {
            TransportAddress remote = arrived(slot, socket);
            deliver(batch.take(slot, bytes), remote, receivedNs);
        }
    }

    /** Delivers the datagrams that the kernel has put together (UDP_GRO), and tells how many there were. */
    private int split(int slot, int segmentBytes, ForeignSocket socket, long receivedNs) {
        int bytes = batch.length(slot);
        int segments = (bytes + segmentBytes - 1) / segmentBytes;
        if (segmentBytes > PacketPool.PACKET_CAPACITY || batch.isTruncated(slot)) {
            for (int i = 0; i < segments; i++) {
                drops.count(DropReason.OVERSIZED);
            }
            return segments;
        }
        TransportAddress remote = arrived(slot, socket);
        // Before the first is delivered: its memory may serve another packet from then on.
        batch.stage(slot);
        deliver(batch.take(slot, segmentBytes), remote, receivedNs);
        for (int offset = segmentBytes; offset < bytes; offset += segmentBytes) {
            deliver(batch.copy(slot, offset, Math.min(segmentBytes, bytes - offset)), remote, receivedNs);
        }
        return segments;
    }

    private void deliver(@Nullable PacketBuffer packet, TransportAddress remote, long receivedNs) {
        if (packet == null) {
            drops.count(DropReason.POOL_EMPTY);
        } else {
            delivery.deliver(packet, remote, receivedNs);
        }
    }

    /** The canonical address of a message's sender, whose way back is from now on this socket and address. */
    private TransportAddress arrived(int slot, ForeignSocket socket) {
        boolean ipv6 = batch.isIpv6(slot);
        long high = ipv6 ? batch.ipv6High(slot) : 0;
        long low = ipv6 ? batch.ipv6Low(slot) : ReceiveBatch.mapped(batch.ipv4(slot));
        int port = batch.port(slot);
        ForeignRoute route = lastRoute;
        if (route == null || !route.isTo(high, low, port)) {
            route = routes.find(high, low, port);
            if (route == null) {
                route = new ForeignRoute(new TransportAddress(Transport.UDP, high, low, port), socket);
                routes.put(route);
            }
            lastRoute = route;
        }
        route.arrived(socket, batch.askedHigh(), batch.askedLow(), ipv6 ? batch.scope(slot) : 0);
        return route.remote();
    }
}

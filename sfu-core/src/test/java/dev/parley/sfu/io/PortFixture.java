package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A port driven by the test's thread, with all that it delivers written down. */
final class PortFixture implements AutoCloseable, DatagramHandler {
    static final long TIME_LIMIT_NS = 20_000_000_000L;

    static final class Arrival {
        private final byte[] data;
        private final TransportAddress remote;
        private final long nowNs;
        private final long receivedNs;

        private Arrival(byte[] data, TransportAddress remote, long nowNs, long receivedNs) {
            this.data = data;
            this.remote = remote;
            this.nowNs = nowNs;
            this.receivedNs = receivedNs;
        }

        byte[] data() {
            return data;
        }

        TransportAddress remote() {
            return remote;
        }

        long nowNs() {
            return nowNs;
        }

        long receivedNs() {
            return receivedNs;
        }
    }

    final PacketPool pool;
    final DropCounters drops = new DropCounters();
    final List<Arrival> arrivals = new ArrayList<>();
    final List<TransportAddress> closed = new ArrayList<>();
    boolean echo;
    private @Nullable UdpPort port;

    PortFixture(UdpPortConfig config, int maxPackets) throws IOException {
        this(config, maxPackets, UdpPort::open);
    }

    PortFixture(UdpPortConfig config, int maxPackets, UdpPort.Opener opener) throws IOException {
        pool = PacketPool.bounded(maxPackets);
        port = opener.open(config, pool, drops, this);
    }

    static PortFixture open(String io, String... bind) throws IOException {
        return new PortFixture(UdpPortConfig.of(io, List.of(bind), 0, true), 64);
    }

    UdpPort port() {
        return Objects.requireNonNull(port);
    }

    @Override
    public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
        assertTrue(packet.receivedNs() <= nowNs && nowNs - packet.receivedNs() < TIME_LIMIT_NS);
        arrivals.add(new Arrival(packet.toByteArray(), remote, nowNs, packet.receivedNs()));
        if (echo && arrivals.size() % 2 == 0) {
            sendPlaced(packet.toByteArray(), remote);
        } else if (echo) {
            port().send(packet, remote);
        }
    }

    @Override
    public void onTcpClosed(TransportAddress remote) {
        closed.add(remote);
    }

    void pollUntil(BooleanSupplier done) {
        long startNs = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - startNs > TIME_LIMIT_NS) {
                fail("nothing happened in time; arrivals=" + arrivals.size() + " drops=" + drops.snapshot());
            }
            port().poll(20_000_000, 0);
            port().flush();
        }
    }

    /** Polls as long as packets keep coming. */
    void pollAll() {
        int before;
        do {
            before = arrivals.size();
            port().poll(20_000_000, 0);
        } while (arrivals.size() > before);
    }

    TransportAddress address() {
        return TransportAddress.ofIpv4(TransportAddress.Transport.UDP, 0x7F00_0001, port().port());
    }

    void send(byte[] data, TransportAddress remote) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, data, 0, data.length);
        packet.length(data.length);
        port().send(packet, remote);
        packet.release();
    }

    /** Sends from where the port would have it written. */
    void sendPlaced(byte[] data, TransportAddress remote) {
        PacketBuffer place = port().place(remote);
        place.putBytes(0, data, 0, data.length);
        place.length(data.length);
        port().send(place, remote);
    }

    long dropped(DropReason reason) {
        return drops.value(reason);
    }

    /** Closes, and checks that every packet came back. */
    @Override
    public void close() {
        port().close();
        assertEquals(0, pool.outstanding());
        pool.close();
    }
}

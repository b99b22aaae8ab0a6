package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.buffer.AllocationMeter;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The foreign layer makes no garbage in the steady state, neither receiving nor sending. */
@Timeout(120)
@ExtendWith(WithoutLeakTracing.class)
final class ForeignAllocationIT {
    private static final int ROUNDS = 5_000;
    private static final int FRAME = 7;

    /** Sends every packet back, unless it is to only count them. */
    private static final class Party implements DatagramHandler, AutoCloseable {
        private final PacketPool pool = PacketPool.bounded(1_024);
        private final boolean echoes;
        private final UdpPort port;
        private int received;
        private int length;

        Party(boolean echoes) throws IOException {
            this.echoes = echoes;
            UdpPortConfig config = UdpPortConfig.of("foreign", List.of("127.0.0.1"), 0, true);
            port = UdpPort.open(config, pool, new DropCounters(), this);
        }

        @Override
        public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
            received++;
            if (echoes) {
                port.send(packet, remote);
            }
        }

        @Override
        public void onTcpClosed(TransportAddress remote) {}

        /** A frame of equal packets and a shorter one, whose length changes so that all kinds of runs occur. */
        void sendFrame(TransportAddress remote) {
            for (int i = 0; i < FRAME; i++) {
                PacketBuffer packet = Objects.requireNonNull(pool.acquire());
                packet.length(i < FRAME - 1 ? 1_100 : 50 + ++length % 1_100);
                port.send(packet, remote);
                packet.release();
            }
            port.flush();
        }

        void awaitPackets(int count) {
            while (received < count) {
                port.poll(1_000_000, 0);
                port.flush();
            }
            received -= count;
        }

        @Override
        public void close() {
            port.close();
            pool.close();
        }
    }

    @Test
    void receivesAndSendsWithoutGarbage() throws IOException {
        assumeTrue(ForeignSupport.fault() == null, ForeignSupport.fault());
        try (Party client = new Party(false);
                Party server = new Party(true)) {
            TransportAddress to = TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, server.port.port());
            long allocated = AllocationMeter.leastBytes(() -> run(client, server, to));
            assertEquals(0, allocated, "bytes for " + ROUNDS * FRAME * 4 + " packets");
            assertTrue(server.port.counters().runs().packets()
                    > server.port.counters().runs().runs() * 3);
        }
    }

    private static void run(Party client, Party server, TransportAddress to) {
        for (int i = 0; i < ROUNDS; i++) {
            client.sendFrame(to);
            server.awaitPackets(FRAME);
            client.awaitPackets(FRAME);
        }
    }
}

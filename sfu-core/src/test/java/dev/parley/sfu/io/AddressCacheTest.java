package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AddressCacheTest {
    private final AddressCache<NettyRoute> cache = new AddressCache<>(99);
    private final PacketPool pool = PacketPool.bounded(1);
    private final NioDatagramChannel channel = new NioDatagramChannel();
    private final UdpSocket first = socket("127.0.0.1");
    private final UdpSocket second = socket("127.0.0.2");

    @AfterEach
    void close() {
        channel.unsafe().closeForcibly();
        pool.close();
    }

    @Test
    void givesTheSameObjectForTheSameSender() throws UnknownHostException {
        TransportAddress seen = first.arrived(inet(1, 5_000));
        assertSame(seen, first.arrived(inet(1, 5_000)));
        assertEquals(TransportAddress.ofIpv4(Transport.UDP, 1, 5_000), seen);
        NettyRoute entry = cache.find(TransportAddress.ofIpv4(Transport.UDP, 1, 5_000));
        assertNotNull(entry);
        assertEquals(inet(1, 5_000), entry.inet());
        assertNull(cache.find(TransportAddress.ofIpv4(Transport.UDP, 1, 5_001)));
    }

    @Test
    void remembersTheSocketOfTheLatestArrival() throws UnknownHostException {
        TransportAddress seen = first.arrived(inet(1, 5_000));
        second.arrived(inet(1, 5_000));
        NettyRoute entry = cache.find(seen);
        assertNotNull(entry);
        assertSame(second, entry.socket());
    }

    @Test
    void keepsAddressesInUseThroughAFloodOfMadeUpOnes() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(5);
        TransportAddress[] peers = new TransportAddress[200];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = second.arrived(inet(0x0A00_0000 + i, 40_000 + i));
        }
        int lost = 0;
        for (int i = 0; i < 200_000; i++) {
            first.arrived(inet(random.nextInt(), random.nextInt(1, 0x1_0000)));
            TransportAddress peer = peers[i % peers.length];
            NettyRoute entry = cache.find(peer);
            lost += entry == null || entry.socket() != second ? 1 : 0;
        }
        assertTrue(lost == 0, lost + " look-ups of addresses in use failed");
    }

    private static InetSocketAddress inet(int ipv4, int port) throws UnknownHostException {
        byte[] octets = TransportAddress.ofIpv4(Transport.UDP, ipv4, port).octets();
        return new InetSocketAddress(InetAddress.getByAddress(octets), port);
    }

    private UdpSocket socket(String address) {
        DropCounters drops = new DropCounters();
        DatagramHandler nobody = new DatagramHandler() {
            @Override
            public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {}

            @Override
            public void onTcpClosed(TransportAddress remote) {}
        };
        return new UdpSocket(
                new BindPlan.Bind(InetAddress.ofLiteral(address), false),
                channel,
                cache,
                new PacketDelivery(pool, drops, new PortCounters(), nobody),
                drops);
    }
}

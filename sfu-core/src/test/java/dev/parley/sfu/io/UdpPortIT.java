package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropReason;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every I/O layer has to do, on loopback. */
@Timeout(60)
final class UdpPortIT {
    static Stream<String> layers() {
        return Stream.of(ForeignSupport.fault() == null ? "foreign" : "", Epoll.isAvailable() ? "epoll" : "", "nio")
                .filter(layer -> !layer.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void echoesToManySendersAndKeepsThemApart(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            assertEquals(io, fixture.port().layer());
            fixture.echo = true;
            List<DatagramSocket> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(client("127.0.0.1"));
                send(clients.get(i), fixture, "from " + i);
            }
            fixture.pollUntil(() -> fixture.arrivals.size() == 20);
            for (int i = 0; i < 20; i++) {
                assertEquals("from " + i, receive(clients.get(i)));
                clients.get(i).close();
            }
            assertEquals(20, fixture.port().counters().packetsIn().value());
            assertEquals(20, fixture.port().counters().packetsOut().value());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void givesOneSenderOneAddressObjectAndABatchOneTime(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                DatagramSocket client = client("127.0.0.1")) {
            for (int i = 0; i < 10; i++) {
                send(client, fixture, "packet " + i);
            }
            fixture.pollUntil(() -> fixture.arrivals.size() == 10);
            TransportAddress first = fixture.arrivals.getFirst().remote();
            assertEquals(TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, client.getLocalPort()), first);
            fixture.arrivals.forEach(arrival -> assertSame(first, arrival.remote()));
            assertTrue(fixture.arrivals.stream()
                            .mapToLong(PortFixture.Arrival::nowNs)
                            .distinct()
                            .count()
                    < 10);
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void deliversMoreThanOneReadTakes(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                DatagramSocket client = client("127.0.0.1")) {
            for (int i = 0; i < 1_000; i++) {
                send(client, fixture, Integer.toString(i));
            }
            fixture.pollUntil(() -> fixture.arrivals.size() == 1_000);
            for (int i = 0; i < 1_000; i++) {
                assertEquals(
                        Integer.toString(i), new String(fixture.arrivals.get(i).data(), StandardCharsets.UTF_8));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void sendsABurstLargerThanOneBatchInOrder(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                DatagramSocket client = client("127.0.0.1")) {
            TransportAddress remote = TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, client.getLocalPort());
            for (int i = 0; i < 500; i++) {
                fixture.send(Integer.toString(i).getBytes(StandardCharsets.UTF_8), remote);
            }
            fixture.port().flush();
            for (int i = 0; i < 500; i++) {
                assertEquals(Integer.toString(i), receive(client));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void speaksIpv6(String io) throws IOException {
        assumeTrue(hasIpv6Loopback());
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1", "::1");
                DatagramSocket six = client("::1");
                DatagramSocket four = client("127.0.0.1")) {
            fixture.echo = true;
            send(six, fixture, "six");
            send(four, fixture, "four");
            fixture.pollUntil(() -> fixture.arrivals.size() == 2);
            assertEquals("six", receive(six));
            assertEquals("four", receive(four));
            assertEquals(4, fixture.port().localAddresses().size());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void bindsBothWildcardsOnOnePort(String io) throws IOException {
        assumeTrue(hasIpv6Loopback());
        try (PortFixture fixture = PortFixture.open(io, "0.0.0.0", "::");
                DatagramSocket six = client("::1");
                DatagramSocket four = client("127.0.0.1")) {
            fixture.echo = true;
            send(six, fixture, "six");
            send(four, fixture, "four");
            fixture.pollUntil(() -> fixture.arrivals.size() == 2);
            assertEquals("six", receive(six));
            assertEquals("four", receive(four));
            // However the layer does it, an IPv4 sender looks the same.
            assertTrue(fixture.arrivals.stream()
                    .anyMatch(a -> a.remote()
                            .equals(TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, four.getLocalPort()))));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void servesIpv4ByALoneIpv6Wildcard(String io) throws IOException {
        assumeTrue(hasIpv6Loopback());
        try (PortFixture fixture = PortFixture.open(io, "::");
                DatagramSocket four = client("127.0.0.1")) {
            // Not heard from before: the way must be found without having learnt it.
            fixture.send(new byte[] {'x'}, TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, four.getLocalPort()));
            fixture.port().flush();
            assertEquals("x", receive(four));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void answersFromTheAddressThatWasAsked(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1", "127.0.0.2");
                DatagramSocket client = client("127.0.0.1")) {
            fixture.echo = true;
            InetAddress second = InetAddress.ofLiteral("127.0.0.2");
            client.send(new DatagramPacket(
                    new byte[] {'x'}, 1, second, fixture.port().port()));
            fixture.pollUntil(() -> fixture.arrivals.size() == 1);
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertEquals(new InetSocketAddress(second, fixture.port().port()), answer.getSocketAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void dropsAndCountsDatagramsThatAreNoPacketOfOurs(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                DatagramSocket client = client("127.0.0.1")) {
            for (int bytes : new int[] {2_048, 2_049, 9_000, 0, 1}) {
                client.send(new DatagramPacket(
                        new byte[bytes],
                        bytes,
                        client.getLocalAddress(),
                        fixture.port().port()));
            }
            fixture.pollUntil(() ->
                    fixture.arrivals.size() >= 2 && fixture.arrivals.getLast().data().length == 1);
            assertEquals(2, fixture.dropped(DropReason.OVERSIZED));
            assertEquals(1, fixture.dropped(DropReason.UNKNOWN_PROTOCOL));
            assertEquals(2, fixture.arrivals.size());
            assertEquals(2_048, fixture.arrivals.getFirst().data().length);
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void dropsAndCountsWhenThePoolIsEmpty(String io) throws IOException {
        UdpPortConfig config = UdpPortConfig.of(io, List.of("127.0.0.1"), 0, false);
        try (PortFixture fixture = new PortFixture(config, 1);
                DatagramSocket client = client("127.0.0.1")) {
            PacketBuffer hogged = Objects.requireNonNull(fixture.pool.acquire());
            send(client, fixture, "lost");
            fixture.pollUntil(() -> fixture.dropped(DropReason.POOL_EMPTY) == 1);
            hogged.release();
            send(client, fixture, "kept");
            fixture.pollUntil(() -> fixture.arrivals.size() == 1);
            assertArrayEquals(
                    "kept".getBytes(StandardCharsets.UTF_8),
                    fixture.arrivals.getFirst().data());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void survivesSendingToNobodyAndToNowhere(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                DatagramSocket client = client("127.0.0.1")) {
            int deadPort;
            try (DatagramSocket gone = client("127.0.0.1")) {
                deadPort = gone.getLocalPort();
            }
            for (int i = 0; i < 5; i++) {
                // ICMP port unreachable, which comes back to the socket.
                fixture.send(new byte[] {1}, TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, deadPort));
                // From a loopback socket an outside address is EINVAL.
                fixture.send(new byte[] {2}, TransportAddress.ofIpv4(Transport.UDP, 0xCB00_7101, 9));
                // No socket of this family.
                fixture.send(new byte[] {3}, new TransportAddress(Transport.UDP, 1L << 61, 1, 9));
                fixture.port().flush();
                fixture.port().poll(0, 0);
            }
            assertTrue(fixture.dropped(DropReason.SEND_FAILED) >= 10);
            fixture.echo = true;
            send(client, fixture, "still here");
            fixture.pollUntil(() -> fixture.arrivals.size() == 1);
            assertEquals("still here", receive(client));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void wakesFromAnotherThreadNowOrBeforeItWaits(String io) throws Exception {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            UdpPort port = fixture.port();
            port.wakeUp();
            assertReturnsEarly(port);
            for (int i = 0; i < 200; i++) {
                CountDownLatch ready = new CountDownLatch(1);
                Thread waker = Thread.ofPlatform().start(() -> {
                    ready.countDown();
                    port.wakeUp();
                });
                ready.await();
                assertReturnsEarly(port);
                waker.join();
                port.poll(0, 0); // Takes a wake-up that came after the wait had ended.
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void waitsAboutAsLongAsItIsToldTo(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            for (long waitNs : new long[] {0, 500_000, 3_000_000, 40_000_000}) {
                long startNs = System.nanoTime();
                long untilNs = startNs + waitNs;
                int polls = 0;
                do {
                    fixture.port().poll(untilNs - System.nanoTime(), 0);
                    polls++;
                } while (System.nanoTime() < untilNs);
                assertTrue(polls < 200, polls + " polls for " + waitNs + " ns is a busy loop");
                assertTrue(System.nanoTime() - startNs < waitNs + 2_000_000_000);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void namesTheAddressThatCannotBeBound(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            int port = fixture.port().port();
            UdpPortConfig taken = UdpPortConfig.of(io, List.of("127.0.0.1"), port, true);
            IOException e = assertThrows(IOException.class, () -> new PortFixture(taken, 1).close());
            assertTrue(String.valueOf(e.getMessage()).startsWith("cannot bind UDP 127.0.0.1 port " + port));
            UdpPortConfig foreign = UdpPortConfig.of(io, List.of("203.0.113.1"), 0, true);
            assertThrows(IOException.class, () -> new PortFixture(foreign, 1).close());
        }
    }

    @Test
    void choosesALayerOrSaysWhyNot() throws IOException {
        assertEquals(
                layers().findFirst().orElseThrow(),
                IoLayer.choose("auto").layer().label());
        assertEquals(IoLayer.NIO, IoLayer.choose("nio").layer());
        assertThrows(IllegalArgumentException.class, () -> IoLayer.choose("io_uring"));
    }

    private static void assertReturnsEarly(UdpPort port) {
        long startNs = System.nanoTime();
        port.poll(15_000_000_000L, 0);
        assertTrue(System.nanoTime() - startNs < 10_000_000_000L, "slept through a wake-up");
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    }

    private static DatagramSocket client(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(address));
        socket.setReceiveBufferSize(1 << 20);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(DatagramSocket client, PortFixture fixture, String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(
                data, data.length, client.getLocalAddress(), fixture.port().port()));
    }

    private static String receive(DatagramSocket client) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[3_000], 3_000);
        client.receive(answer);
        assertFalse(answer.getLength() == 0);
        return new String(Arrays.copyOf(answer.getData(), answer.getLength()), StandardCharsets.UTF_8);
    }
}

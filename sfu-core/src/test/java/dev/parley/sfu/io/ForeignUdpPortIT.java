package dev.parley.sfu.io;

import static dev.parley.sfu.io.ForeignPorts.LARGE_POOL;
import static dev.parley.sfu.io.ForeignPorts.client;
import static dev.parley.sfu.io.ForeignPorts.open;
import static dev.parley.sfu.io.ForeignPorts.packets;
import static dev.parley.sfu.io.ForeignPorts.receive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.ice.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, times, wake-ups and ends of the foreign layer, on loopback. */
@Timeout(60)
final class ForeignUdpPortIT {
    @BeforeAll
    static void foreignLayerWorksHere() {
        assumeTrue(ForeignSupport.fault() == null, ForeignSupport.fault());
    }

    // --- addresses -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void answersOnAWildcardFromTheAddressThatWasAsked(String wildcard) throws IOException {
        assumeTrue(!wildcard.equals("::") || hasIpv6Loopback());
        UdpPortConfig config = UdpPortConfig.of("foreign", List.of(wildcard), 0, false);
        try (PortFixture fixture = new PortFixture(config, LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            fixture.echo = true;
            for (int last : new int[] {2, 3, 1, 2}) {
                InetSocketAddress asked = new InetSocketAddress(
                        InetAddress.ofLiteral("127.0.0." + last), fixture.port().port());
                for (int i = 0; i < 3; i++) {
                    client.send(new DatagramPacket(new byte[] {'x'}, 1, asked));
                }
                int before = fixture.arrivals.size();
                fixture.pollUntil(() -> fixture.arrivals.size() == before + 3);
                for (int i = 0; i < 3; i++) {
                    DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                    client.receive(answer);
                    assertEquals(asked, answer.getSocketAddress());
                }
            }
        }
    }

    @Test
    void speaksIpv6AndIpv4InRunsByOneSocket() throws IOException {
        assumeTrue(hasIpv6Loopback());
        UdpPortConfig config = UdpPortConfig.of("foreign", List.of("::"), 0, false);
        try (PortFixture fixture = new PortFixture(config, LARGE_POOL);
                DatagramSocket six = client("::1");
                DatagramSocket four = client("127.0.0.1")) {
            for (DatagramSocket client : List.of(six, four)) {
                client.send(new DatagramPacket(
                        new byte[] {'x'},
                        1,
                        client.getLocalAddress(),
                        fixture.port().port()));
                fixture.arrivals.clear();
                fixture.pollUntil(() -> fixture.arrivals.size() == 1);
                TransportAddress remote = fixture.arrivals.getFirst().remote();
                assertEquals(client == four, remote.isIpv4());
                List<byte[]> sent = packets(600, 600, 600, 5);
                sent.forEach(data -> fixture.send(data, remote));
                fixture.port().flush();
                for (byte[] data : sent) {
                    assertArrayEquals(data, receive(client));
                }
            }
            assertEquals(2, fixture.port().counters().runs().runs());
        }
    }

    // --- time ------------------------------------------------------------------------------------------------------

    @Test
    void tellsWhenEachPacketCameAndNotWhenItWasRead() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            long[] sentNs = new long[20];
            for (int i = 0; i < sentNs.length; i++) {
                sentNs[i] = System.nanoTime();
                client.send(new DatagramPacket(
                        new byte[] {'x'},
                        1,
                        client.getLocalAddress(),
                        fixture.port().port()));
                spin(200_000);
            }
            fixture.pollUntil(() -> fixture.arrivals.size() == sentNs.length);
            for (int i = 0; i < sentNs.length; i++) {
                long receivedNs = fixture.arrivals.get(i).receivedNs();
                // The two clocks are compared to within some microseconds, or more if the thread is interrupted.
                assertTrue(receivedNs > sentNs[i] - 150_000, "packet " + i + " came before it was sent");
                assertTrue(i == 0 || receivedNs >= fixture.arrivals.get(i - 1).receivedNs());
            }
            // All were read after the last had come, so a clock read then would not do.
            assertTrue(fixture.arrivals.getFirst().nowNs()
                    >= fixture.arrivals.getLast().receivedNs());
            long spanNs = fixture.arrivals.getLast().receivedNs()
                    - fixture.arrivals.getFirst().receivedNs();
            assertTrue(spanNs >= 19 * 200_000 - 150_000, "spread over " + spanNs + " ns");
        }
    }

    @Test
    void letsAFrameGatherBeforeItReads() throws Exception {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            DatagramPacket packet = new DatagramPacket(
                    new byte[] {'x'},
                    1,
                    client.getLocalAddress(),
                    fixture.port().port());
            client.send(packet);
            Thread second = Thread.ofPlatform().start(() -> {
                spin(5_000_000);
                sendUnchecked(client, packet);
            });
            fixture.port().poll(10_000_000_000L, 500_000_000);
            assertEquals(2, fixture.arrivals.size());
            second.join();
            // The poll's own end comes before the end of the gathering.
            client.send(packet);
            long startNs = System.nanoTime();
            fixture.port().poll(1_000_000, 15_000_000_000L);
            assertTrue(System.nanoTime() - startNs < 10_000_000_000L);
            assertEquals(3, fixture.arrivals.size());
            // And so does a wake-up.
            client.send(packet);
            Thread waker = Thread.ofPlatform().start(fixture.port()::wakeUp);
            fixture.port().poll(15_000_000_000L, 15_000_000_000L);
            assertTrue(System.nanoTime() - startNs < 12_000_000_000L);
            waker.join();
        }
    }

    @Test
    void losesNoWakeUpBeforeDuringOrAfterAPoll() throws Exception {
        try (PortFixture fixture = open(LARGE_POOL)) {
            SplittableRandom random = new SplittableRandom(11);
            AtomicInteger asked = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            int rounds = 3_000;
            Thread waker = Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= rounds; i++) {
                    while (seen.get() < i - 1) {
                        Thread.onSpinWait();
                    }
                    spin(random.nextInt(30_000));
                    asked.set(i);
                    fixture.port().wakeUp();
                }
            });
            long startNs = System.nanoTime();
            int polls = 0;
            while (seen.get() < rounds) {
                fixture.port().poll(15_000_000_000L, 0);
                seen.set(asked.get());
                polls++;
            }
            waker.join();
            assertTrue(System.nanoTime() - startNs < 14_000_000_000L, "slept through a wake-up");
            assertTrue(polls <= 3 * rounds, polls + " polls: wakes up for nothing");
        }
    }

    // --- ends ------------------------------------------------------------------------------------------------------

    @Test
    void givesBackEveryDescriptor() throws IOException {
        open(4).close();
        long before = descriptors();
        for (int i = 0; i < 10; i++) {
            UdpPortConfig both = UdpPortConfig.of("foreign", List.of("127.0.0.1", "127.0.0.2"), 0, true);
            PortFixture fixture = new PortFixture(both, 4);
            UdpPortConfig taken = UdpPortConfig.of(
                    "foreign", List.of("127.0.0.3", "127.0.0.2"), fixture.port().port(), true);
            String refused = assertThrowsIo(() -> new PortFixture(taken, 4).close());
            assertTrue(refused.contains("UDP 127.0.0.2") && refused.contains("already in use"), refused);
            UdpPort port = fixture.port();
            fixture.close();
            port.wakeUp(); // Late, but harmless.
        }
        assertEquals(before, descriptors());
    }

    @Test
    void saysWhatWasPassedOverAndWhyOrRefusesClearly() throws IOException {
        assertEquals("fastest", IoLayer.choose("auto", layer -> null).why());
        IoLayer.Choice second = IoLayer.choose("auto", layer -> layer == IoLayer.FOREIGN ? "no luck" : null);
        assertEquals(IoLayer.EPOLL, second.layer());
        assertEquals("no foreign: no luck", second.why());
        IoLayer.Choice third = IoLayer.choose("auto", layer -> layer == IoLayer.NIO ? null : "none");
        assertEquals("no foreign: none; no epoll: none", third.why());
        String refused = assertThrowsIo(() -> IoLayer.choose("foreign", layer -> "this is no Linux"));
        assertEquals(
                "io: foreign is not available here (this is no Linux); set io to auto for the best that is", refused);
        assertNull(ForeignSupport.fault());
    }

    // --- means -----------------------------------------------------------------------------------------------------

    private interface Action {
        void run() throws IOException;
    }

    private static String assertThrowsIo(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("nothing was thrown");
    }

    private static void sendUnchecked(DatagramSocket client, DatagramPacket packet) {
        try {
            client.send(packet);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void spin(long ns) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns) {
            Thread.onSpinWait();
        }
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}

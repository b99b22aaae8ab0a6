package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the foreign layer does, on loopback. */
@Timeout(60)
final class ForeignUdpPortIT {
    private static final int LARGE_POOL = 2_048;

    @BeforeAll
    static void foreignLayerWorksHere() {
        assumeTrue(ForeignSupport.fault() == null, ForeignSupport.fault());
    }

    // --- runs ------------------------------------------------------------------------------------------------------

    @Test
    void sendsRunsThatAPlainReceiverSeesAsTheirDatagrams() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            int[] sizes = {1_200, 1_200, 1_200, 700, 700, 700, 701, 1, 1, 1_200, 60};
            List<byte[]> sent = packets(sizes);
            sent.forEach(data -> fixture.send(data, remoteOf(client)));
            fixture.port().flush();
            for (byte[] data : sent) {
                assertArrayEquals(data, receive(client));
            }
            // 1200 1200 1200 700 | 700 700 | 701 1 | 1 | 1200 60: a shorter one ends a run, a longer one begins one.
            SendRuns runs = fixture.port().counters().runs();
            assertEquals(List.of(1L, 3L, 1L, 0L, 0L, 0L, 0L), runs.byLength());
            assertEquals(11, runs.packets());
        }
    }

    @Test
    void keepsRunsOfDifferentReceiversApart() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket one = client("127.0.0.1");
                DatagramSocket two = client("127.0.0.1")) {
            for (int i = 0; i < 3; i++) {
                fixture.send(new byte[] {(byte) i, 1}, remoteOf(one));
                fixture.send(new byte[] {(byte) i, 2}, remoteOf(two));
                fixture.send(new byte[] {(byte) (i + 100), 2}, remoteOf(two));
            }
            fixture.port().flush();
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(new byte[] {(byte) i, 1}, receive(one));
                assertArrayEquals(new byte[] {(byte) i, 2}, receive(two));
                assertArrayEquals(new byte[] {(byte) (i + 100), 2}, receive(two));
            }
            assertEquals(6, fixture.port().counters().runs().runs());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_200, 2_000})
    void sendsLongQueuesInOrderWhateverTheSize(int bytes) throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            client.setReceiveBufferSize(4 << 20);
            for (int i = 0; i < 400; i++) {
                byte[] data = new byte[bytes];
                Arrays.fill(data, (byte) i);
                fixture.send(data, remoteOf(client));
            }
            fixture.port().flush();
            for (int i = 0; i < 400; i++) {
                byte[] data = receive(client);
                assertEquals(bytes, data.length);
                assertEquals((byte) i, data[bytes - 1]);
            }
            assertEquals(400, fixture.port().counters().runs().packets());
            assertTrue(fixture.port().counters().runs().runs() < 100);
        }
    }

    @Test
    void holdsPacketsNoLongerThanToTheFlush() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            fixture.send(new byte[10], remoteOf(client));
            assertEquals(1, fixture.pool.outstanding());
            fixture.port().flush();
            assertEquals(0, fixture.pool.outstanding());
            for (int i = 0; i < ForeignSender.MAX_QUEUED; i++) {
                fixture.send(new byte[10], remoteOf(client));
            }
            assertEquals(0, fixture.pool.outstanding());
            fixture.send(new byte[10], remoteOf(client)); // Left for the close to give back.
        }
    }

    @Test
    void splitsWhatTheKernelPutTogether() throws IOException {
        try (PortFixture from = open(LARGE_POOL);
                PortFixture to = open(LARGE_POOL)) {
            int[] sizes = new int[150];
            Arrays.fill(sizes, 1_100);
            sizes[20] = 37;
            sizes[149] = 1_099;
            List<byte[]> sent = packets(sizes);
            sent.forEach(data -> from.send(data, to.address()));
            from.port().flush();
            to.pollUntil(() -> to.arrivals.size() == sent.size());
            for (int i = 0; i < sizes.length; i++) {
                assertArrayEquals(sent.get(i), to.arrivals.get(i).data());
                assertEquals(from.address(), to.arrivals.get(i).remote());
            }
            assertEquals(0, to.pool.outstanding());
        }
    }

    @Test
    void dropsWhatASuperPacketHasOverThePoolAndWhatIsLargerThanAPacket() throws IOException {
        try (PortFixture from = open(LARGE_POOL);
                PortFixture to = open(4)) {
            List<PacketBuffer> hogged = Stream.generate(() -> Objects.requireNonNull(to.pool.acquire()))
                    .limit(4)
                    .toList();
            packets(500, 500, 500).forEach(data -> from.send(data, to.address()));
            from.port().flush();
            to.pollUntil(() -> to.dropped(DropReason.POOL_EMPTY) == 3);
            hogged.forEach(PacketBuffer::release);
            packets(500, 500, 500, 20).forEach(data -> from.send(data, to.address()));
            from.port().flush();
            to.pollUntil(() -> to.arrivals.size() == 4);
            assertEquals(0, to.pool.outstanding());
        }
    }

    // --- without segmentation --------------------------------------------------------------------------------------

    @Test
    void sendsOneByOneWhereTheKernelHasNoSegmentation() throws IOException {
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(calls -> {
                    FlakyCalls flaky = new FlakyCalls(calls);
                    flaky.segments = false;
                    return flaky;
                })) {
            List<byte[]> sent = packets(900, 900, 900, 100);
            sent.forEach(data -> fixture.send(data, remoteOf(client)));
            fixture.port().flush();
            for (byte[] data : sent) {
                assertArrayEquals(data, receive(client));
            }
            assertEquals(4, fixture.port().counters().runs().runs());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LinuxAbi.EIO, LinuxAbi.EINVAL, LinuxAbi.EMSGSIZE, LinuxAbi.EOPNOTSUPP})
    void fallsBackWhenARunIsRefusedAndRemembersIt(int errno) throws IOException {
        Flaky flaky = new Flaky();
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(flaky)) {
            flaky.calls().segmentationError = errno;
            List<byte[]> sent = packets(30, 900, 900, 900, 100, 901);
            for (int round = 0; round < 2; round++) {
                sent.forEach(data -> fixture.send(data, remoteOf(client)));
                fixture.port().flush();
                for (byte[] data : sent) {
                    assertArrayEquals(data, receive(client));
                }
            }
            SendErrors errors = fixture.port().counters().sendErrors();
            assertEquals(1, errors.segmentationRefused().value());
            assertEquals(0, errors.others().value());
            assertEquals(12, fixture.port().counters().runs().runs());
            assertEquals(0, fixture.pool.outstanding());
        }
    }

    @Test
    void doesNotBlameSegmentationForAnAddressThatCannotBeReached() throws IOException {
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(LARGE_POOL)) {
            TransportAddress outside = TransportAddress.ofIpv4(Transport.UDP, 0xCB00_7101, 9);
            packets(900, 900).forEach(data -> fixture.send(data, outside)); // EINVAL from a loopback socket.
            packets(900, 900).forEach(data -> fixture.send(data, remoteOf(client)));
            fixture.port().flush();
            assertEquals(900, receive(client).length);
            assertEquals(900, receive(client).length);
            assertEquals(2, fixture.dropped(DropReason.SEND_FAILED));
            assertEquals(
                    0,
                    fixture.port().counters().sendErrors().segmentationRefused().value());
        }
    }

    // --- a busy or failing kernel ----------------------------------------------------------------------------------

    @Test
    void waitsForRoomInTheSocketsBufferAndThenDrops() throws IOException {
        Flaky flaky = new Flaky();
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(flaky)) {
            SendErrors errors = fixture.port().counters().sendErrors();
            flaky.calls().failNextSends(LinuxAbi.EAGAIN, 3);
            fixture.send(new byte[] {1}, remoteOf(client));
            fixture.port().flush();
            assertArrayEquals(new byte[] {1}, receive(client));
            assertEquals(3, errors.again().value());
            assertEquals(3, flaky.calls().waits);
            flaky.calls().failNextSends(LinuxAbi.EAGAIN, 1_000);
            packets(5, 5, 6).forEach(data -> fixture.send(data, remoteOf(client)));
            fixture.port().flush();
            assertTrue(flaky.calls().waits < 50, "the loop must not hang");
            assertEquals(3, fixture.dropped(DropReason.SEND_FAILED));
            assertEquals(0, fixture.pool.outstanding());
        }
    }

    @Test
    void dropsOneRunForWantOfBuffersAndSendsTheNext() throws IOException {
        Flaky flaky = new Flaky();
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(flaky)) {
            flaky.calls().failNextSends(LinuxAbi.ENOBUFS, 1);
            packets(50, 50, 50, 51, 52).forEach(data -> fixture.send(data, remoteOf(client)));
            fixture.port().flush();
            assertEquals(51, receive(client).length);
            assertEquals(52, receive(client).length);
            assertEquals(1, fixture.port().counters().sendErrors().noBuffers().value());
            assertEquals(3, fixture.dropped(DropReason.SEND_FAILED));
        }
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

    /** Puts a {@link FlakyCalls} around the kernel and keeps hold of it. */
    private static final class Flaky implements UnaryOperator<DatagramCalls> {
        private FlakyCalls calls = new FlakyCalls(new FlakyCalls.Nothing());

        @Override
        public DatagramCalls apply(DatagramCalls kernel) {
            calls = new FlakyCalls(kernel);
            return calls;
        }

        FlakyCalls calls() {
            return calls;
        }
    }

    private static PortFixture open(int maxPackets) throws IOException {
        return new PortFixture(UdpPortConfig.of("foreign", List.of("127.0.0.1"), 0, true), maxPackets);
    }

    private static PortFixture open(UnaryOperator<DatagramCalls> around) throws IOException {
        return new PortFixture(
                UdpPortConfig.of("foreign", List.of("127.0.0.1"), 0, false),
                LARGE_POOL,
                (config, pool, drops, handler) -> ForeignUdpPort.open(config, pool, drops, handler, around));
    }

    private static List<byte[]> packets(int... sizes) {
        SplittableRandom random = new SplittableRandom(3);
        return Arrays.stream(sizes)
                .mapToObj(size -> {
                    byte[] data = new byte[size];
                    random.nextBytes(data);
                    return data;
                })
                .toList();
    }

    private static DatagramSocket client(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(address));
        socket.setReceiveBufferSize(1 << 20);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static TransportAddress remoteOf(DatagramSocket socket) {
        return TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, socket.getLocalPort());
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[3_000], 3_000);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
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

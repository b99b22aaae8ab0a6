package dev.parley.sfu.io;

import static dev.parley.sfu.io.ForeignPorts.LARGE_POOL;
import static dev.parley.sfu.io.ForeignPorts.client;
import static dev.parley.sfu.io.ForeignPorts.open;
import static dev.parley.sfu.io.ForeignPorts.packets;
import static dev.parley.sfu.io.ForeignPorts.receive;
import static dev.parley.sfu.io.ForeignPorts.remoteOf;
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
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs and super-packets of the foreign layer on loopback, and what happens when the kernel refuses them. */
@Timeout(60)
final class ForeignRunsIT {
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
    void sendsWhatWasWrittenInPlaceAmongWhatWasNot() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1");
                DatagramSocket other = client("127.0.0.1")) {
            List<byte[]> sent = packets(1_200, 1_200, 1_200, 1_200, 1_200, 700, 1_201, 1_201, 3);
            for (int i = 0; i < sent.size(); i++) {
                if (i == 2 || i == 3 || i == 7) {
                    fixture.send(sent.get(i), remoteOf(client));
                } else {
                    fixture.sendPlaced(sent.get(i), remoteOf(client));
                }
            }
            fixture.sendPlaced(new byte[] {1, 2}, remoteOf(other));
            fixture.port().flush();
            for (byte[] data : sent) {
                assertArrayEquals(data, receive(client));
            }
            assertArrayEquals(new byte[] {1, 2}, receive(other));
            assertEquals(3, fixture.port().counters().runs().runs());
        }
    }

    @Test
    void sendsRunsThatWereWrittenAtOnce() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            client.setReceiveBufferSize(4 << 20);
            List<byte[]> sent = new ArrayList<>();
            int[] lengths = {3, 64, 2, 64, 64, 1};
            int[] sizes = {1_200, 1_200, 1_100, 1_300, 1_300, 1_400};
            for (int i = 0; i < lengths.length; i++) {
                List<byte[]> run = packets(filled(lengths[i], sizes[i]));
                sendRun(fixture, run, remoteOf(client));
                sent.addAll(run);
                byte[] single = packets(900).getFirst();
                fixture.sendPlaced(single, remoteOf(client));
                sent.add(single);
            }
            fixture.port().flush();
            for (byte[] data : sent) {
                assertArrayEquals(data, receive(client));
            }
            assertEquals(sent.size(), fixture.port().counters().runs().packets());
            assertTrue(fixture.port().counters().runs().runs() < 15);
        }
    }

    @Test
    void runThatIsTooMuchAtOnceIsRefusedAPlace() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            assertNull(fixture.port().placeRun(remoteOf(client), 1_000, 1_200));
        }
    }

    private static int[] filled(int length, int size) {
        int[] sizes = new int[length];
        Arrays.fill(sizes, size);
        return sizes;
    }

    private static void sendRun(PortFixture fixture, List<byte[]> run, TransportAddress remote) {
        int size = run.getFirst().length;
        PacketBuffer place = Objects.requireNonNull(fixture.port().placeRun(remote, run.size(), size));
        for (byte[] data : run) {
            place.putBytes(0, data, 0, size);
            place.advance(size);
        }
        fixture.port().sendPlaced(run.size());
    }

    @Test
    void placeThatIsNotSentFromIsGivenAgain() throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            fixture.sendPlaced(new byte[] {1}, remoteOf(client));
            long address = fixture.port().place(remoteOf(client)).address();
            assertEquals(address, fixture.port().place(remoteOf(client)).address());
            fixture.sendPlaced(new byte[] {2}, remoteOf(client));
            fixture.port().flush();
            assertArrayEquals(new byte[] {1}, receive(client));
            assertArrayEquals(new byte[] {2}, receive(client));
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
    @CsvSource({"1, false", "1200, false", "2000, false", "1, true", "100, true", "1200, true", "2000, true"})
    void sendsLongQueuesInOrderWhateverTheSize(int bytes, boolean placed) throws IOException {
        try (PortFixture fixture = open(LARGE_POOL);
                DatagramSocket client = client("127.0.0.1")) {
            client.setReceiveBufferSize(4 << 20);
            for (int i = 0; i < 400; i++) {
                byte[] data = new byte[bytes];
                Arrays.fill(data, (byte) i);
                if (placed) {
                    fixture.sendPlaced(data, remoteOf(client));
                } else {
                    fixture.send(data, remoteOf(client));
                }
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
        ForeignPorts.Flaky flaky = new ForeignPorts.Flaky();
        try (DatagramSocket client = client("127.0.0.1");
                PortFixture fixture = open(flaky)) {
            flaky.calls().segmentationError = errno;
            List<byte[]> sent = packets(30, 900, 900, 900, 100, 901);
            for (int round = 0; round < 2; round++) {
                sent.subList(0, 2).forEach(data -> fixture.send(data, remoteOf(client)));
                sent.subList(2, 6).forEach(data -> fixture.sendPlaced(data, remoteOf(client)));
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
        ForeignPorts.Flaky flaky = new ForeignPorts.Flaky();
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
        ForeignPorts.Flaky flaky = new ForeignPorts.Flaky();
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
}

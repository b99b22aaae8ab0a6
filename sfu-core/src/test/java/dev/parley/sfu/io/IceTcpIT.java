package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropReason;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Passive ICE-TCP on loopback, in every I/O layer. */
@Timeout(120)
final class IceTcpIT {
    private static final byte[] STUN = ByteBuffer.allocate(20)
            .putShort((short) 1)
            .putShort((short) 0)
            .putInt(0x2112_A442)
            .array();
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    static Stream<String> layers() {
        return UdpPortIT.layers();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void echoesFramesBesideUdpOnTheSamePort(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                Socket tcp = connect(fixture);
                DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            fixture.echo = true;
            tcp.getOutputStream().write(framed(STUN));
            byte[] media = new byte[1_200];
            media[0] = (byte) 0x80;
            tcp.getOutputStream().write(framed(media));
            udp.send(new DatagramPacket(
                    STUN, STUN.length, udp.getLocalAddress(), fixture.port().port()));
            fixture.pollUntil(() -> fixture.arrivals.size() == 3);
            fixture.port().flush();
            assertArrayEquals(STUN, readFrame(tcp));
            assertArrayEquals(media, readFrame(tcp));
            udp.setSoTimeout(10_000);
            udp.receive(new DatagramPacket(new byte[100], 100));
            assertTrue(fixture.arrivals.stream().anyMatch(a -> a.remote().equals(remoteOf(tcp))));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void takesFramesInWhateverPiecesTheyCome(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            byte[] stream = new byte[2 * (STUN.length + 2)];
            System.arraycopy(framed(STUN), 0, stream, 0, STUN.length + 2);
            System.arraycopy(framed(STUN), 0, stream, STUN.length + 2, STUN.length + 2);
            for (int split = 1; split < stream.length; split++) {
                fixture.arrivals.clear();
                try (Socket tcp = connect(fixture)) {
                    tcp.setTcpNoDelay(true);
                    tcp.getOutputStream().write(stream, 0, split);
                    int whole = split / (STUN.length + 2);
                    fixture.pollUntil(() -> fixture.arrivals.size() == whole);
                    tcp.getOutputStream().write(stream, split, stream.length - split);
                    fixture.pollUntil(() -> fixture.arrivals.size() == 2);
                    fixture.arrivals.forEach(a -> assertArrayEquals(STUN, a.data()));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void closesAConnectionWithAnOversizedFrameAndTellsTheHandler(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                Socket tcp = connect(fixture)) {
            tcp.getOutputStream().write(framed(STUN));
            tcp.getOutputStream().write(new byte[] {0x08, 0x01, 1, 2, 3});
            fixture.pollUntil(() -> fixture.closed.equals(List.of(remoteOf(tcp))));
            assertEquals(1, fixture.dropped(DropReason.TCP_FRAME_MALFORMED));
            assertEnds(tcp);
            fixture.send(STUN, remoteOf(tcp));
            assertEquals(1, fixture.dropped(DropReason.SEND_FAILED));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void closesAConnectionThatDoesNotBeginWithStun(String io) throws IOException {
        byte[] http = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] dtls = framed(new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0});
        for (byte[] opening : List.of(http, dtls)) {
            try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                    Socket tcp = connect(fixture)) {
                tcp.getOutputStream().write(opening);
                fixture.pollUntil(() -> fixture.port().counters().tcpClosed().value() == 1);
                assertEquals(1, fixture.dropped(DropReason.TCP_FRAME_MALFORMED));
                assertTrue(fixture.arrivals.isEmpty());
                assertTrue(fixture.closed.isEmpty(), "the handler never knew of it");
                assertEnds(tcp);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void closesAConnectionThatSaysNothing(String io) throws IOException {
        TcpLimits limits = new TcpLimits(10, 10, SHORT, LONG, 1 << 19, LONG);
        try (PortFixture fixture = open(io, limits);
                Socket tcp = connect(fixture)) {
            fixture.pollUntil(() -> fixture.port().counters().tcpClosed().value() == 1);
            assertEnds(tcp);
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void closesWhatIsNotVerifiedInTimeAndKeepsWhatIs(String io) throws IOException {
        TcpLimits limits = new TcpLimits(10, 10, LONG, SHORT, 1 << 19, LONG);
        try (PortFixture fixture = open(io, limits);
                Socket verified = connect(fixture);
                Socket stranger = connect(fixture)) {
            verified.getOutputStream().write(framed(STUN));
            stranger.getOutputStream().write(framed(STUN));
            fixture.pollUntil(() -> fixture.arrivals.size() == 2);
            fixture.port().keep(remoteOf(verified));
            fixture.pollUntil(() -> fixture.closed.equals(List.of(remoteOf(stranger))));
            verified.getOutputStream().write(framed(STUN));
            fixture.pollUntil(() -> fixture.arrivals.size() == 3);
            assertEquals(1, fixture.port().counters().tcpClosed().value());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void endsAConnectionOnRequestAfterItsLastAnswerAndWithoutACall(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1");
                Socket tcp = connect(fixture)) {
            tcp.getOutputStream().write(framed(STUN));
            fixture.pollUntil(() -> fixture.arrivals.size() == 1);
            fixture.send(new byte[] {9}, remoteOf(tcp));
            fixture.port().closeTcp(remoteOf(tcp));
            fixture.port().closeTcp(remoteOf(tcp));
            fixture.port().flush();
            fixture.port().poll(0, 0);
            assertArrayEquals(new byte[] {9}, readFrame(tcp));
            assertEnds(tcp);
            assertTrue(fixture.closed.isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void tellsTheHandlerWhenTheOtherEndGoes(String io) throws IOException {
        try (PortFixture fixture = PortFixture.open(io, "127.0.0.1")) {
            for (int linger : new int[] {-1, 0}) {
                fixture.closed.clear();
                TransportAddress remote;
                try (Socket tcp = connect(fixture)) {
                    tcp.setSoLinger(linger == 0, 0); // Zero makes it a reset.
                    remote = remoteOf(tcp);
                    fixture.arrivals.clear();
                    tcp.getOutputStream().write(framed(STUN));
                    fixture.pollUntil(() -> fixture.arrivals.size() == 1);
                }
                fixture.pollUntil(() -> fixture.closed.equals(List.of(remote)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void limitsConnectionsFromOneSourceAndGivesTheirPlaceFreeAgain(String io) throws IOException {
        TcpLimits limits = new TcpLimits(10, 3, LONG, LONG, 1 << 19, LONG);
        try (PortFixture fixture = open(io, limits)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sockets.add(connect(fixture));
            }
            PortCounters counters = fixture.port().counters();
            fixture.pollUntil(() -> counters.tcpRefused().value() == 1);
            assertEquals(3, counters.tcpAccepted().value());
            for (Socket socket : sockets) {
                socket.close();
            }
            fixture.pollUntil(() -> counters.tcpClosed().value() == 3);
            connect(fixture).close();
            fixture.pollUntil(() -> counters.tcpAccepted().value() == 4);
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void dropsForASlowReaderAndClosesOneThatStaysStuckWithoutHarmToOthers(String io) throws IOException {
        TcpLimits limits = new TcpLimits(10, 10, LONG, LONG, 64 * 1_024, Duration.ofSeconds(1));
        try (PortFixture fixture = open(io, limits);
                Socket slow = connect(fixture);
                Socket other = connect(fixture)) {
            slow.getOutputStream().write(framed(STUN));
            other.getOutputStream().write(framed(STUN));
            fixture.pollUntil(() -> fixture.arrivals.size() == 2);
            byte[] packet = new byte[1_200];
            // Until the kernel's buffers and ours are full.
            for (int i = 0; fixture.dropped(DropReason.TCP_BACKPRESSURE) < 10; i++) {
                assertTrue(i < 100_000, "nothing pushes back");
                fixture.send(packet, remoteOf(slow));
                fixture.port().flush();
            }
            fixture.send(new byte[] {7}, remoteOf(other));
            fixture.port().flush();
            assertArrayEquals(new byte[] {7}, readFrame(other));
            fixture.pollUntil(() -> fixture.closed.equals(List.of(remoteOf(slow))));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void servesASlowReaderAgainOnceItReads(String io) throws IOException {
        TcpLimits limits = new TcpLimits(10, 10, LONG, LONG, 64 * 1_024, LONG);
        try (PortFixture fixture = open(io, limits);
                Socket slow = connect(fixture)) {
            slow.getOutputStream().write(framed(STUN));
            fixture.pollUntil(() -> fixture.arrivals.size() == 1);
            byte[] packet = new byte[1_200];
            int sent = 0;
            while (fixture.dropped(DropReason.TCP_BACKPRESSURE) == 0) {
                fixture.send(packet, remoteOf(slow));
                fixture.port().flush();
                sent++;
            }
            int whole = sent - 1;
            Thread reader = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < whole; i++) {
                    assertEquals(1_200, readFrame(slow).length);
                }
            });
            fixture.pollUntil(() -> !reader.isAlive());
            fixture.send(new byte[] {7}, remoteOf(slow));
            fixture.port().flush();
            assertArrayEquals(new byte[] {7}, readFrame(slow));
            assertTrue(fixture.closed.isEmpty());
        }
    }

    private static PortFixture open(String io, TcpLimits limits) throws IOException {
        return new PortFixture(new UdpPortConfig(io, List.of("127.0.0.1"), 0, true, limits, 1 << 20), 64);
    }

    private static Socket connect(PortFixture fixture) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), fixture.port().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static TransportAddress remoteOf(Socket socket) {
        return TransportAddress.ofIpv4(Transport.TCP, 0x7F00_0001, socket.getLocalPort());
    }

    private static byte[] framed(byte[] packet) {
        return ByteBuffer.allocate(2 + packet.length)
                .putShort((short) packet.length)
                .put(packet)
                .array();
    }

    private static byte[] readFrame(Socket socket) {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] packet = new byte[in.readUnsignedShort()];
            in.readFully(packet);
            return packet;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** By the end of the stream or a reset, which is what unread data makes of a close. */
    private static void assertEnds(Socket socket) {
        boolean data;
        try {
            data = socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            data = !String.valueOf(e.getMessage()).contains("reset");
        }
        assertFalse(data, "still open");
    }
}

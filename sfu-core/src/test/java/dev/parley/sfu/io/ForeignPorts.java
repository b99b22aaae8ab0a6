package dev.parley.sfu.io;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** What tests of the foreign layer share. */
final class ForeignPorts {
    static final int LARGE_POOL = 2_048;

    private ForeignPorts() {}

    /** Puts a {@link FlakyCalls} around the kernel and keeps hold of it. */
    static final class Flaky implements UnaryOperator<DatagramCalls> {
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

    static PortFixture open(int maxPackets) throws IOException {
        return new PortFixture(UdpPortConfig.of("foreign", List.of("127.0.0.1"), 0, true), maxPackets);
    }

    static PortFixture open(UnaryOperator<DatagramCalls> around) throws IOException {
        return new PortFixture(
                UdpPortConfig.of("foreign", List.of("127.0.0.1"), 0, false),
                LARGE_POOL,
                (config, pool, drops, handler) -> ForeignUdpPort.open(config, pool, drops, handler, around));
    }

    static List<byte[]> packets(int... sizes) {
        SplittableRandom random = new SplittableRandom(3);
        return Arrays.stream(sizes)
                .mapToObj(size -> {
                    byte[] data = new byte[size];
                    random.nextBytes(data);
                    return data;
                })
                .toList();
    }

    static DatagramSocket client(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(address));
        socket.setReceiveBufferSize(1 << 20);
        socket.setSoTimeout(10_000);
        return socket;
    }

    static TransportAddress remoteOf(DatagramSocket socket) {
        return TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, socket.getLocalPort());
    }

    static byte[] receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[3_000], 3_000);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}

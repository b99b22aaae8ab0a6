package dev.parley.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UdpProxyTest {
    private static final int TIMEOUT_MS = 10_000;
    private static final int MAX_UNDER_WAY = 50;
    private static final int PACKETS = 500;

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static UdpProxy proxy(DatagramSocket server, Impairment impairment) throws IOException {
        return UdpProxy.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                1,
                impairment);
    }

    private static void send(DatagramSocket socket, int number, SocketAddress to) throws IOException {
        socket.send(new DatagramPacket(new byte[] {(byte) (number >> 8), (byte) number}, 2, to));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[16], 16);
        socket.receive(packet);
        return packet;
    }

    private static int number(DatagramPacket packet) {
        return (packet.getData()[0] & 0xFF) << 8 | packet.getData()[1] & 0xFF;
    }

    @Test
    void carriesBothWaysAndKeepsClientsApart() throws IOException {
        try (DatagramSocket server = socket();
                DatagramSocket one = socket();
                DatagramSocket other = socket();
                UdpProxy proxy = proxy(server, Impairment.none())) {
            send(one, 1, proxy.addresses().getFirst());
            DatagramPacket fromOne = receive(server);
            send(other, 2, proxy.addresses().getFirst());
            DatagramPacket fromOther = receive(server);
            assertNotEquals(fromOne.getSocketAddress(), fromOther.getSocketAddress());
            send(server, 12, fromOther.getSocketAddress());
            send(server, 11, fromOne.getSocketAddress());
            assertEquals(11, number(receive(one)));
            assertEquals(12, number(receive(other)));
            assertEquals(new UdpProxy.Count(2, 0, 2, 0), proxy.up());
            assertEquals(2, proxy.down().received());
        }
    }

    @Test
    void losesTheSamePacketsWithTheSameSeed() throws IOException {
        Impairment impairment = new Impairment(0.2, Duration.ofMillis(1), Duration.ofMillis(2), false, 42);
        List<Integer> first = arrivals(impairment);
        assertEquals(first, arrivals(impairment));
        assertTrue(first.size() > PACKETS / 2 && first.size() < PACKETS, first.size() + " of " + PACKETS);
    }

    /** Which of the packets arrive, in their order. */
    private static List<Integer> arrivals(Impairment impairment) throws IOException {
        List<Integer> arrived = new ArrayList<>();
        try (DatagramSocket server = socket();
                DatagramSocket client = socket();
                UdpProxy proxy = proxy(server, impairment)) {
            ImpairedLink expected = new ImpairedLink(impairment, 0, true);
            int due = 0;
            for (int i = 0; i < PACKETS; i++) {
                send(client, i, proxy.addresses().getFirst());
                due += expected.departureNs(0) == ImpairedLink.LOST ? 0 : 1;
                // No socket's buffer is to lose any.
                while (due - arrived.size() > MAX_UNDER_WAY) {
                    arrived.add(number(receive(server)));
                }
            }
            while (arrived.size() < due) {
                arrived.add(number(receive(server)));
            }
            server.setSoTimeout(50);
            try {
                arrived.add(number(receive(server)));
            } catch (SocketTimeoutException e) {
                // As many as were to come.
                return arrived;
            }
        }
        return arrived;
    }

    @Test
    void delays() throws IOException {
        Impairment impairment = new Impairment(0, Duration.ofMillis(60), Duration.ZERO, false, 1);
        try (DatagramSocket server = socket();
                DatagramSocket client = socket();
                UdpProxy proxy = proxy(server, impairment)) {
            long startNs = System.nanoTime();
            send(client, 1, proxy.addresses().getFirst());
            DatagramPacket packet = receive(server);
            assertTrue(System.nanoTime() - startNs >= 60_000_000);
            send(server, 2, packet.getSocketAddress());
            receive(client);
            assertTrue(System.nanoTime() - startNs >= 120_000_000);
        }
    }
}

package dev.parley.benchmarks.forward;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunClass;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunMessage;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.srtp.SrtpSender;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A member of the room as far as the network goes: a socket, and the ICE checks that browsers make from theirs. */
public final class BenchClient {
    private static final long PRIORITY = 0x6E00_01FFL;
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int TRIES = 100;

    private final int number;
    private final LoopbackSocket socket;
    private final IceCredentials ice;
    private int transactions;

    public BenchClient(int number, LoopbackSocket socket) {
        this.number = number;
        this.socket = socket;
        this.ice = IceCredentials.generate(new Random(number));
    }

    public int number() {
        return number;
    }

    public IceCredentials ice() {
        return ice;
    }

    public LoopbackSocket socket() {
        return socket;
    }

    /** Nominates the path to {@code port} and begins what stands for the DTLS handshake. */
    public void connect(IceCredentials server, int port) throws IOException {
        try (PacketPool pool = PacketPool.bounded(1);
                Arena arena = Arena.ofConfined()) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            MemorySegment memory = arena.allocate(PacketPool.PACKET_CAPACITY, 8);
            // Whatever an earlier room has left there would keep the answer out.
            int left;
            do {
                left = socket.receive(memory);
            } while (left >= 0);
            check(server, port, packet, memory);
            byte[] hello = ReadyKeys.hello();
            MemorySegment.copy(hello, 0, memory, ValueLayout.JAVA_BYTE, 0, hello.length);
            socket.send(memory, hello.length, port);
            packet.release();
        }
    }

    /**
     * Sends the receiver report that a browser sends within a second, after which packets no longer name their media
     * section.
     */
    void report(SrtpKeys keys, SrtpCipherProvider ciphers, int ssrc, int port) {
        try (PacketPool pool = PacketPool.bounded(1);
                Arena arena = Arena.ofConfined();
                SrtpSender srtp = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers)) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            RtcpWriter writer = new RtcpWriter();
            writer.begin(packet);
            writer.receiverReport(number);
            writer.reportBlock(ssrc, 0, 0, 1, 0, 0, 0);
            if (srtp.protectRtcp(packet) != null) {
                throw new IllegalStateException("client " + number + " cannot encrypt its report");
            }
            byte[] report = packet.toByteArray();
            MemorySegment memory = arena.allocate(report.length);
            MemorySegment.copy(report, 0, memory, ValueLayout.JAVA_BYTE, 0, report.length);
            socket.send(memory, report.length, port);
            packet.release();
        }
    }

    private void check(IceCredentials server, int port, PacketBuffer packet, MemorySegment memory) throws IOException {
        StunIntegrity integrity = new StunIntegrity(server.password());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            String username = server.ufrag() + ":" + ice.ufrag();
            new StunWriter()
                    .bindingRequest(packet, number, ++transactions, username, PRIORITY, number, true, integrity);
            byte[] request = packet.toByteArray();
            MemorySegment.copy(request, 0, memory, ValueLayout.JAVA_BYTE, 0, request.length);
            socket.segmentBytes(0);
            socket.send(memory, request.length, port);
            long endNs = System.nanoTime() + RETRY_NS;
            while (System.nanoTime() - endNs < 0) {
                if (isAnswer(packet, memory, socket.receive(memory), integrity)) {
                    return;
                }
                Thread.onSpinWait();
            }
        }
        throw new IOException("Parley does not answer the ICE checks of client " + number);
    }

    private boolean isAnswer(PacketBuffer packet, MemorySegment memory, int length, StunIntegrity integrity) {
        if (length <= 0 || length > packet.capacity()) {
            return false;
        }
        byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        packet.length(length);
        packet.putBytes(0, bytes, 0, length);
        StunMessage message = new StunMessage();
        return message.wrap(packet)
                && message.messageClass() == StunClass.SUCCESS
                && message.transactionHigh() == number
                && integrity.matches(message);
    }
}

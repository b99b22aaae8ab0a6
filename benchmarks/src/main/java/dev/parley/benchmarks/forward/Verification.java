package dev.parley.benchmarks.forward;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.srtp.SrtpReceiver;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Looks into what arrives at each receiver, so that nobody is fast by sending what cannot be decrypted. */
final class Verification {
    private static final Shape SHAPE = new Shape(0, 600, 1);

    private final LoopbackSocket publisher;
    private final PublisherStream stream;
    private final List<BenchClient> receivers;

    Verification(LoopbackSocket publisher, PublisherStream stream, List<BenchClient> receivers) {
        this.publisher = publisher;
        this.stream = stream;
        this.receivers = receivers;
    }

    /**
     * Sends one packet through.
     *
     * @throws IOException naming the first receiver that has not got it as it was
     */
    void check(Forwarder forwarder) throws IOException {
        try (Arena arena = Arena.ofConfined();
                PacketPool pool = PacketPool.bounded(1)) {
            MemorySegment memory = arena.allocate(1 << 16, 8);
            for (BenchClient receiver : receivers) {
                drain(receiver, memory);
            }
            stream.prepare(1, SHAPE.gso(), SHAPE.packetBytes());
            Shape shape = new Shape(receivers.size(), SHAPE.packetBytes(), SHAPE.gso());
            new RoundDriver(publisher, stream).round(forwarder, shape, 1);
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            for (BenchClient receiver : receivers) {
                check(receiver, memory, packet);
            }
            packet.release();
        }
    }

    private static void drain(BenchClient receiver, MemorySegment memory) {
        int left;
        do {
            left = receiver.socket().receive(memory);
        } while (left >= 0);
    }

    private void check(BenchClient receiver, MemorySegment memory, PacketBuffer packet) throws IOException {
        // A report may follow in the same run, which the kernel hands over in one piece.
        int length = SHAPE.packetBytes() + PublisherStream.TAG_BYTES;
        if (receiver.socket().receive(memory) < length) {
            throw new IOException("receiver " + receiver.number() + " has got nothing");
        }
        byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        packet.length(length);
        packet.putBytes(0, bytes, 0, length);
        SrtpKeys keys = ReadyKeys.keysOf(receiver.number());
        RtpPacket rtp = new RtpPacket();
        try (SrtpReceiver srtp =
                new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), new JdkSrtpCipherProvider())) {
            boolean authentic = rtp.wrap(packet)
                    && srtp.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber()) == null
                    && rtp.refreshPayload();
            if (!authentic) {
                throw new IOException("receiver " + receiver.number() + " cannot decrypt what it gets");
            }
        }
        byte[] payload = new byte[rtp.payloadLength()];
        packet.getBytes(rtp.payloadOffset(), payload, 0, payload.length);
        if (!Arrays.equals(payload, stream.lastPayload())) {
            throw new IOException("receiver " + receiver.number() + " has got another payload than was sent");
        }
        if (rtp.extensionLength(Description.ABS_SEND_TIME_ID) != 3
                || rtp.extensionLength(Description.TRANSPORT_CC_ID) != 2) {
            throw new IOException("receiver " + receiver.number() + " misses header extensions");
        }
    }
}

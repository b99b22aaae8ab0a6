package dev.parley.benchmarks.delay;

import dev.parley.benchmarks.forward.BenchClient;
import dev.parley.benchmarks.forward.ReadyKeys;
import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.srtp.SrtpSender;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * One browser's camera at 720p, as seen on the wire: 30 frames a second, 6.6 packets a frame in the mean, equal to within
 * one byte with the larger ones last, 50 to 70 µs apart. Encrypts and sends without garbage. Owned by the load's thread.
 */
final class Camera implements Comparable<Camera> {
    private static final long FRAME_NS = 33_333_333;
    private static final long LEAST_GAP_NS = 50_000;
    private static final int GAP_SPREAD_NS = 20_000;
    private static final int TICKS_PER_FRAME = 3_000;
    /** 6.6 in the mean. */
    private static final int[] PACKETS_OF_FRAME = {6, 7, 7, 6, 7};

    private static final int PACKET_BYTES = 1_100;
    private static final int FRAMES_PER_KEYFRAME = 60;
    private static final byte[] MID = {'0'};

    private final BenchClient client;
    private final int serverPort;
    private final SrtpSender srtp;
    private final SplittableRandom random;
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final byte[] copy = new byte[PacketPool.PACKET_CAPACITY];
    private long nextNs;
    private long frameNs;
    private int frame;
    private int packet;
    private int sequence = 1;
    private int transportSequence;

    Camera(BenchClient client, int serverPort, SrtpCipherProvider ciphers, long startNs) {
        this.client = client;
        this.serverPort = serverPort;
        SrtpKeys keys = ReadyKeys.keysOf(client.number());
        this.srtp = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        // Not java.util.Random, whose first numbers are much alike for small seeds: cameras are not in step with each
        // other.
        this.random = new SplittableRandom(client.number());
        this.frameNs = startNs + random.nextLong(FRAME_NS);
        this.nextNs = frameNs;
    }

    /** When the next packet is due. */
    long nextNs() {
        return nextNs;
    }

    @Override
    public int compareTo(Camera other) {
        return Long.compare(nextNs, other.nextNs);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /**
     * Sends the packet that is due, and sets when the next one is.
     *
     * @param memory where the packet is handed to the socket from
     */
    void send(PacketPool pool, MemorySegment memory) {
        int packets = PACKETS_OF_FRAME[frame % PACKETS_OF_FRAME.length];
        PacketBuffer buffer = Objects.requireNonNull(pool.acquire());
        write(buffer, packets);
        int length = buffer.length();
        buffer.getBytes(0, copy, 0, length);
        buffer.release();
        MemorySegment.copy(copy, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
        client.socket().send(memory, length, serverPort);
        if (++packet == packets) {
            packet = 0;
            frame++;
            frameNs += FRAME_NS;
            nextNs = frameNs;
        } else {
            nextNs += LEAST_GAP_NS + random.nextInt(GAP_SPREAD_NS);
        }
    }

    private void write(PacketBuffer buffer, int packets) {
        boolean first = packet == 0;
        header.begin(
                buffer,
                Description.VP8,
                packet == packets - 1,
                sequence & 0xFFFF,
                frame * TICKS_PER_FRAME,
                MemberOffer.SSRC);
        header.extensionBytes(Description.MID_ID, MID);
        header.extensionU24(Description.ABS_SEND_TIME_ID, frame);
        header.extensionU16(Description.TRANSPORT_CC_ID, transportSequence++ & 0xFFFF);
        int headerLength = header.finish();
        int length = PACKET_BYTES + frame % 97 + (packet > packets / 2 ? 1 : 0);
        buffer.length(length);
        // RFC 7741 §4.2: extended, start of a partition; picture id of 15 bits, TL0PICIDX and temporal id follow.
        buffer.putU8(headerLength, first ? 0x90 : 0x80);
        buffer.putU8(headerLength + 1, 0xE0);
        buffer.putU16(headerLength + 2, 0x8000 | frame & 0x7FFF);
        buffer.putU8(headerLength + 4, frame & 0xFF);
        buffer.putU8(headerLength + 5, 0);
        buffer.putU8(headerLength + 6, frame % FRAMES_PER_KEYFRAME == 0 ? 0 : 1);
        Object refused = srtp.protectRtp(
                buffer,
                headerLength,
                0,
                buffer,
                headerLength,
                length - headerLength,
                MemberOffer.SSRC,
                sequence & 0xFFFF);
        if (refused != null) {
            throw new IllegalStateException("a camera cannot encrypt: " + refused);
        }
        sequence++;
    }

    void close() {
        srtp.close();
        client.socket().close();
    }
}

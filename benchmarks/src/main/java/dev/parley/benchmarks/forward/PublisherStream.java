package dev.parley.benchmarks.forward;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.srtp.SrtpSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * What the publisher sends, encrypted beforehand: VP8 frames of as many packets as a run is to have, one after the other
 * in memory, so that each frame is one system call. Sequence numbers go on from frame to frame; the first of those that
 * are prepared at a time is a keyframe, so that whoever has subscribed before gets it.
 */
final class PublisherStream implements AutoCloseable {
    static final int TAG_BYTES = ReadyKeys.PROFILE.tagLength();

    private static final int TICKS_PER_FRAME = 3_000;

    private final Arena arena = Arena.ofShared();
    private final PacketPool pool = PacketPool.bounded(1);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final SrtpSender srtp;
    private final MemorySegment memory;
    private final byte[] copy = new byte[PacketPool.PACKET_CAPACITY];
    private int frame;
    /** Without end; its low 16 bits are the sequence number. */
    private int sequence = 1;

    private long firstIndex;
    private int transportSequence;
    private int frameBytes;
    private byte[] lastPayload = new byte[0];

    /** A stream that prepares up to {@code bytes} at a time. */
    PublisherStream(SrtpCipherProvider ciphers, int client, long bytes) {
        SrtpKeys keys = ReadyKeys.keysOf(client);
        srtp = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        memory = arena.allocate(bytes, 64);
    }

    /** How many frames can be prepared at a time. */
    int capacity(int packetBytes, int packets) {
        return (int) (memory.byteSize() / ((long) (packetBytes + TAG_BYTES) * packets));
    }

    /** Encrypts the next {@code frames} frames of {@code packets} packets, each of {@code packetBytes} before its tag. */
    void prepare(int frames, int packets, int packetBytes) {
        firstIndex = sequence;
        long at = 0;
        for (int i = 0; i < frames; i++, frame++) {
            for (int p = 0; p < packets; p++) {
                at += append(at, i == 0, p == 0, p == packets - 1, packetBytes);
            }
        }
        frameBytes = (packetBytes + TAG_BYTES) * packets;
    }

    /** The SRTP index of the first packet prepared. */
    long firstIndex() {
        return firstIndex;
    }

    /** A frame of those prepared. */
    MemorySegment frame(int index) {
        return memory.asSlice((long) index * frameBytes, frameBytes);
    }

    /** The payload of the packet prepared last. */
    byte[] lastPayload() {
        return lastPayload.clone();
    }

    private int append(long at, boolean keyframe, boolean first, boolean last, int packetBytes) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        header.begin(packet, Description.VP8, last, sequence & 0xFFFF, frame * TICKS_PER_FRAME, ClientOffer.SSRC);
        header.extensionU24(Description.ABS_SEND_TIME_ID, frame);
        header.extensionU16(Description.TRANSPORT_CC_ID, transportSequence++ & 0xFFFF);
        int headerLength = header.finish();
        packet.length(packetBytes);
        // RFC 7741 §4.2: extended, start of a partition; picture id of 15 bits, TL0PICIDX and temporal id follow.
        packet.putU8(headerLength, first ? 0x90 : 0x80);
        packet.putU8(headerLength + 1, 0xE0);
        packet.putU16(headerLength + 2, 0x8000 | frame & 0x7FFF);
        packet.putU8(headerLength + 4, frame & 0xFF);
        packet.putU8(headerLength + 5, 0);
        packet.putU8(headerLength + 6, keyframe ? 0 : 1);
        for (int i = headerLength + 7; i < packetBytes; i++) {
            packet.putU8(i, i + sequence);
        }
        if (lastPayload.length != packetBytes - headerLength) {
            lastPayload = new byte[packetBytes - headerLength];
        }
        packet.getBytes(headerLength, lastPayload, 0, lastPayload.length);
        Object refused = srtp.protectRtp(
                packet,
                headerLength,
                0,
                packet,
                headerLength,
                packetBytes - headerLength,
                ClientOffer.SSRC,
                sequence & 0xFFFF);
        if (refused != null) {
            throw new IllegalStateException("the publisher cannot encrypt: " + refused);
        }
        sequence++;
        int length = packet.length();
        packet.getBytes(0, copy, 0, length);
        MemorySegment.copy(copy, 0, memory, ValueLayout.JAVA_BYTE, at, length);
        packet.release();
        return length;
    }

    @Override
    public void close() {
        srtp.close();
        pool.close();
        arena.close();
    }
}

package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that hands on each packet at once, numbered, in clear; refuses when its pool is empty. */
final class FakeSink implements PacketSink {
    private final PacketPool pool;
    private final Consumer<OutgoingPacket> taker;
    private final OutgoingPacket packet;
    private int transportSequence;
    private @Nullable PacketBuffer head;
    private int refused;

    FakeSink(PacketPool pool, Consumer<OutgoingPacket> taker) {
        this.pool = pool;
        this.taker = taker;
        packet = new OutgoingPacket(pool.window(OutgoingPacket.HEAD_CAPACITY));
    }

    @Override
    public @Nullable OutgoingPacket begin() {
        PacketBuffer buffer = pool.acquire();
        if (buffer == null) {
            refused++;
            return null;
        }
        head = buffer;
        return packet;
    }

    @Override
    public void send(OutgoingPacket sent) {
        if (sent.transportSequenceOffset() != 0) {
            sent.head().putU16(sent.transportSequenceOffset(), transportSequence++ & 0xFFFF);
        }
        taker.accept(sent);
        Objects.requireNonNull(head, "begun before it is sent").release();
    }

    @Override
    public void overtake(int ssrc, int rtxSsrc) {}

    int refused() {
        return refused;
    }

    /** The whole RTP packet. */
    static byte[] bytes(OutgoingPacket packet) {
        byte[] bytes = new byte[packet.length()];
        packet.head().getBytes(0, bytes, 0, packet.headLength());
        packet.source().getBytes(packet.sourceOffset(), bytes, packet.headLength(), packet.restLength());
        return bytes;
    }
}

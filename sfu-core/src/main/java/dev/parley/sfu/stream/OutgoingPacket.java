package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import org.jspecify.annotations.Nullable;

/**
 * One outgoing RTP packet between the stream that makes it and the connection that encrypts it: what is this receiver's
 * own of it, its <em>head</em>, and where the rest lies in the source packet that all receivers share. Reused; owned by
 * the shard.
 *
 * <p>The head is the RTP header and behind it the prefix: those first bytes of the payload that differ from the
 * source's, such as a rewritten VP8 descriptor.
 */
public final class OutgoingPacket {
    /** Room for the head of any packet, in bytes. */
    public static final int HEAD_CAPACITY = PacketPool.PACKET_CAPACITY;

    private final PacketBuffer head;
    private int headerLength;
    private int prefixLength;
    private @Nullable PacketBuffer source;
    private int sourceOffset;
    private int restLength;
    private int ssrc;
    private int sequenceNumber;
    private int transportSequenceOffset;
    private boolean paddable;

    /** For sinks: {@code head} is where the head is written, of {@link #HEAD_CAPACITY} bytes at least. */
    public OutgoingPacket(PacketBuffer head) {
        this.head = head;
    }

    /** Becomes a copy of another packet; the source is the other's, but for one that is its own source. */
    public void copy(OutgoingPacket other) {
        headerLength = other.headerLength;
        prefixLength = other.prefixLength;
        head.copyFrom(0, other.head, 0, other.headLength());
        source = other.source == other.head ? head : other.source;
        sourceOffset = other.sourceOffset;
        restLength = other.restLength;
        ssrc = other.ssrc;
        sequenceNumber = other.sequenceNumber;
        transportSequenceOffset = other.transportSequenceOffset;
        paddable = other.paddable;
    }

    void stream(int newSsrc, int newSequenceNumber) {
        ssrc = newSsrc;
        sequenceNumber = newSequenceNumber;
    }

    /** The header's length, and where in it the transport-wide number belongs, 0 for nowhere. */
    void header(int length, int newTransportSequenceOffset) {
        headerLength = length;
        transportSequenceOffset = newTransportSequenceOffset;
    }

    /** The payload: a prefix written behind the header, then a part of {@code newSource}. */
    void payload(int newPrefixLength, PacketBuffer newSource, int newSourceOffset, int newRestLength) {
        prefixLength = newPrefixLength;
        source = newSource;
        sourceOffset = newSourceOffset;
        restLength = newRestLength;
    }

    /** Whether a byte of padding may be added, to make the packet as large as its neighbours. */
    void paddable(boolean newPaddable) {
        paddable = newPaddable;
    }

    /** What begins with the head. */
    public PacketBuffer head() {
        return head;
    }

    public int headerLength() {
        return headerLength;
    }

    /** Bytes of the payload that follow the header in {@link #head()}; mostly 0. */
    public int prefixLength() {
        return prefixLength;
    }

    /** Header and prefix together, in bytes. */
    public int headLength() {
        return headerLength + prefixLength;
    }

    /** The packet that holds the rest of the payload; others send from it too. */
    public PacketBuffer source() {
        PacketBuffer buffer = source;
        if (buffer == null) {
            throw new IllegalStateException("no payload");
        }
        return buffer;
    }

    public int sourceOffset() {
        return sourceOffset;
    }

    /** Bytes of payload to take from {@link #source()}. */
    public int restLength() {
        return restLength;
    }

    /** The RTP packet's size in bytes, without padding and tag. */
    public int length() {
        return headerLength + prefixLength + restLength;
    }

    public int ssrc() {
        return ssrc;
    }

    /** 0 to 65,535. */
    public int sequenceNumber() {
        return sequenceNumber;
    }

    /**
     * Where in the header the number for transport-wide congestion control is to be put, which counts packets in the
     * order they leave; 0 when none was negotiated.
     */
    public int transportSequenceOffset() {
        return transportSequenceOffset;
    }

    public boolean isPaddable() {
        return paddable;
    }
}

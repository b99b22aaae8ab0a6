package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): for a run of transport-wide sequence
 * numbers, which packets arrived and when. Reused by the shard's thread; valid as long as its reader.
 *
 * <pre>{@code
 * if (feedback.wrap(reader)) {
 *     while (feedback.next()) { … feedback.sequenceNumber() … feedback.isReceived() … feedback.arrivalNs() … }
 * }
 * }</pre>
 */
public final class TransportFeedback {
    /** Bytes before the first chunk. */
    static final int LENGTH = 20;

    static final int NOT_RECEIVED = 0;
    static final int SMALL_DELTA = 1;
    static final int LARGE_DELTA = 2;
    static final int RESERVED = 3;

    /** One unit of a delta. */
    static final long TICK_NS = 250_000;
    /** Ticks in one unit of the reference time, 64 ms. */
    static final int REFERENCE_TICKS = 256;

    private static final int VECTOR = 0x8000;
    private static final int TWO_BIT_SYMBOLS = 0x4000;

    private @Nullable PacketBuffer packet;
    private int mediaSsrc;
    private int baseSequenceNumber;
    private int statusCount;
    private int referenceTime;
    private int feedbackCount;

    private int deltaOffset;
    private int chunkOffset;
    private int chunk;
    private int chunkLeft;
    private int index;
    private int symbol;
    private long ticks;

    /**
     * Checks the reader's current packet as a whole and stands before its first status. False when it is no transport
     * feedback, or a malformed one.
     */
    public boolean wrap(RtcpReader reader) {
        packet = null;
        if (!Feedback.is(reader, RtcpKind.TRANSPORT_FEEDBACK) || reader.length() < LENGTH) {
            return false;
        }
        PacketBuffer buffer = reader.packet();
        int offset = reader.offset();
        mediaSsrc = Feedback.mediaSsrc(reader);
        baseSequenceNumber = buffer.u16(offset + 12);
        statusCount = buffer.u16(offset + 14);
        referenceTime = buffer.u24(offset + 16) << 8 >> 8;
        feedbackCount = buffer.u8(offset + 19);
        int end = offset + reader.length();
        if (statusCount == 0 || !findDeltas(buffer, offset + LENGTH, end)) {
            return false;
        }
        packet = buffer;
        chunkOffset = offset + LENGTH;
        chunkLeft = 0;
        index = -1;
        ticks = (long) referenceTime * REFERENCE_TICKS;
        return true;
    }

    /** Finds the end of the chunks, and checks that there is a delta for each packet received. */
    private boolean findDeltas(PacketBuffer buffer, int start, int end) {
        int at = start;
        int left = statusCount;
        int deltaBytes = 0;
        while (left > 0) {
            if (at + 2 > end) {
                return false;
            }
            int value = buffer.u16(at);
            at += 2;
            int symbols = Math.min(left, symbolCount(value));
            for (int i = 0; i < symbols; i++) {
                int status = symbolAt(value, i);
                if (status == RESERVED) {
                    return false;
                }
                deltaBytes += status;
            }
            left -= symbols;
        }
        deltaOffset = at;
        return at + deltaBytes <= end;
    }

    /** How many statuses a chunk holds; the last chunk may hold more than are left. */
    static int symbolCount(int chunk) {
        if ((chunk & VECTOR) == 0) {
            return chunk & 0x1FFF;
        }
        return (chunk & TWO_BIT_SYMBOLS) == 0 ? 14 : 7;
    }

    private static int symbolAt(int chunk, int index) {
        if ((chunk & VECTOR) == 0) {
            return chunk >>> 13 & 0x03;
        }
        return (chunk & TWO_BIT_SYMBOLS) == 0 ? chunk >>> 13 - index & 0x01 : chunk >>> 12 - 2 * index & 0x03;
    }

    /** Moves to the next packet reported on; false after the last. */
    public boolean next() {
        PacketBuffer buffer = packet;
        if (buffer == null || index + 1 >= statusCount) {
            return false;
        }
        while (chunkLeft == 0) {
            chunk = buffer.u16(chunkOffset);
            chunkOffset += 2;
            chunkLeft = symbolCount(chunk);
        }
        symbol = symbolAt(chunk, symbolCount(chunk) - chunkLeft);
        chunkLeft--;
        index++;
        if (symbol == SMALL_DELTA) {
            ticks += buffer.u8(deltaOffset);
            deltaOffset += 1;
        } else if (symbol == LARGE_DELTA) {
            ticks += (short) buffer.u16(deltaOffset);
            deltaOffset += 2;
        }
        return true;
    }

    /** The transport-wide sequence number of the current packet. */
    public int sequenceNumber() {
        return baseSequenceNumber + Math.max(index, 0) & 0xFFFF;
    }

    public boolean isReceived() {
        return symbol != NOT_RECEIVED;
    }

    /**
     * When the current packet arrived, by the receiver's clock to 250 µs; meaningful only if {@link #isReceived()}. The
     * clock's zero is the receiver's own, and it jumps back by 2^24 times 64 ms when the reference time wraps.
     */
    public long arrivalNs() {
        if (!isReceived()) {
            throw new IllegalStateException("packet " + sequenceNumber() + " was not received");
        }
        return ticks * TICK_NS;
    }

    public int mediaSsrc() {
        return mediaSsrc;
    }

    public int baseSequenceNumber() {
        return baseSequenceNumber;
    }

    /** Packets reported on, 1 to 65,535. */
    public int statusCount() {
        return statusCount;
    }

    /** In units of 64 ms, -2^23 to 2^23 - 1. */
    public int referenceTime() {
        return referenceTime;
    }

    /** 0 to 255, one more with each feedback packet: a gap tells of lost feedback. */
    public int feedbackCount() {
        return feedbackCount;
    }
}

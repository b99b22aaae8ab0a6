package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * Builds one transport-wide feedback packet (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1) from arrivals in
 * the order of their sequence numbers. Reused by the shard's thread; allocates nothing.
 *
 * <pre>{@code
 * feedback.begin(base, feedbackCount++);
 * for each packet received, by sequence number:
 *     if (!feedback.add(sequenceNumber, arrivalNs)) {
 *         feedback.appendTo(writer, senderSsrc, mediaSsrc);
 *         feedback.begin(sequenceNumber, feedbackCount++);
 *         feedback.add(sequenceNumber, arrivalNs);
 *     }
 * feedback.appendTo(writer, senderSsrc, mediaSsrc);
 * }</pre>
 *
 * <p>Sequence numbers left out between the base and the last one added are reported as not received.
 */
public final class TransportFeedbackWriter {
    /** Sequence numbers that one feedback packet covers at most. */
    public static final int MAX_STATUSES = 2_048;

    /** Bytes of the packet at most, leaving room in the compound for a report before it. */
    static final int MAX_LENGTH = 1_000;

    private static final int MAX_RUN = 0x1FFF;
    private static final int ONE_BIT_VECTOR = 0x8000;
    private static final int TWO_BIT_VECTOR = 0xC000;
    private static final int ONE_BIT_SYMBOLS = 14;
    private static final int TWO_BIT_SYMBOLS = 7;

    private final byte[] symbols = new byte[MAX_STATUSES];
    private final short[] deltas = new short[MAX_LENGTH];
    private int baseSequenceNumber;
    private int feedbackCount;
    private int statusCount;
    private int deltaCount;
    private int deltaBytes;
    private int referenceTime;
    private long lastTicks;

    /**
     * Starts a feedback packet.
     *
     * @param baseSequenceNumber the first sequence number reported on, received or not
     * @param feedbackCount one more than in the packet before; its lowest 8 bits are sent
     */
    public void begin(int baseSequenceNumber, int feedbackCount) {
        this.baseSequenceNumber = baseSequenceNumber & 0xFFFF;
        this.feedbackCount = feedbackCount;
        statusCount = 0;
        deltaCount = 0;
        deltaBytes = 0;
    }

    /**
     * Adds a packet that arrived. False, and nothing changed, when this feedback packet cannot hold it: since its time
     * lies over 8 s from the one before, since it is full, or since the sequence number is not above those added. The
     * number that a feedback packet begins with can always be added.
     */
    public boolean add(int sequenceNumber, long arrivalNs) {
        int position = sequenceNumber - baseSequenceNumber & 0xFFFF;
        if (position < statusCount || position >= MAX_STATUSES) {
            return false;
        }
        // Whole ticks from the clock's zero on, so that rounding never adds up.
        long ticks = Math.floorDiv(arrivalNs + TransportFeedback.TICK_NS / 2, TransportFeedback.TICK_NS);
        long reference = Math.floorDiv(ticks, TransportFeedback.REFERENCE_TICKS);
        long delta = ticks - (deltaCount == 0 ? reference * TransportFeedback.REFERENCE_TICKS : lastTicks);
        if (delta < Short.MIN_VALUE || delta > Short.MAX_VALUE) {
            return false;
        }
        int symbol = delta >= 0 && delta <= 0xFF ? TransportFeedback.SMALL_DELTA : TransportFeedback.LARGE_DELTA;
        if (maxLength(position + 1, deltaBytes + symbol) > MAX_LENGTH) {
            return false;
        }
        if (deltaCount == 0) {
            referenceTime = (int) reference & 0xFF_FFFF;
        }
        while (statusCount < position) {
            symbols[statusCount++] = TransportFeedback.NOT_RECEIVED;
        }
        symbols[statusCount++] = (byte) symbol;
        deltas[deltaCount++] = (short) delta;
        deltaBytes += symbol;
        lastTicks = ticks;
        return true;
    }

    /** What so many statuses and deltas may need, if all chunks were the largest. */
    private static int maxLength(int statuses, int deltaBytes) {
        int chunks = (statuses + TWO_BIT_SYMBOLS - 1) / TWO_BIT_SYMBOLS;
        return TransportFeedback.LENGTH + 2 * chunks + deltaBytes + 3;
    }

    /** Whether nothing was added since {@link #begin}. */
    public boolean isEmpty() {
        return deltaCount == 0;
    }

    /** Sequence numbers covered so far. */
    public int statusCount() {
        return statusCount;
    }

    /** Appends the packet to a compound. False, and nothing written, when it is empty or does not fit. */
    public boolean appendTo(RtcpWriter writer, int senderSsrc, int mediaSsrc) {
        if (isEmpty()) {
            return false;
        }
        int unpadded = TransportFeedback.LENGTH + 2 * chunkCount() + deltaBytes;
        int length = unpadded + 3 & ~3;
        int at =
                writer.feedback(RtcpKind.TYPE_RTPFB, RtcpKind.FORMAT_TRANSPORT_FEEDBACK, length, senderSsrc, mediaSsrc);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = writer.target();
        dst.putU16(at + 12, baseSequenceNumber);
        dst.putU16(at + 14, statusCount);
        dst.putU24(at + 16, referenceTime);
        dst.putU8(at + 19, feedbackCount);
        writeDeltas(dst, writeChunks(dst, at + TransportFeedback.LENGTH));
        // Zeros up to the word, without the padding flag: that would forbid another packet after this one.
        for (int i = unpadded; i < length; i++) {
            dst.putU8(at + i, 0);
        }
        return true;
    }

    private int chunkCount() {
        int chunks = 0;
        for (int i = 0; i < statusCount; i += TransportFeedback.symbolCount(chunkFrom(i))) {
            chunks++;
        }
        return chunks;
    }

    /** Returns where the deltas follow. */
    private int writeChunks(PacketBuffer dst, int start) {
        int at = start;
        int i = 0;
        while (i < statusCount) {
            int chunk = chunkFrom(i);
            dst.putU16(at, chunk);
            at += 2;
            i += TransportFeedback.symbolCount(chunk);
        }
        return at;
    }

    private void writeDeltas(PacketBuffer dst, int start) {
        int at = start;
        int next = 0;
        for (int i = 0; i < statusCount; i++) {
            if (symbols[i] == TransportFeedback.SMALL_DELTA) {
                dst.putU8(at, deltas[next++]);
                at += 1;
            } else if (symbols[i] == TransportFeedback.LARGE_DELTA) {
                dst.putU16(at, deltas[next++]);
                at += 2;
            }
        }
    }

    /** The chunk that covers the most statuses from {@code start} on; a vector's symbols beyond the last one are 0. */
    private int chunkFrom(int start) {
        int run = runFrom(start);
        boolean oneBitSuffices = oneBitSuffices(start);
        if (start + run == statusCount || run >= (oneBitSuffices ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS)) {
            return symbols[start] << 13 | run;
        }
        int bits = oneBitSuffices ? 1 : 2;
        int count = oneBitSuffices ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
        int vector = 0;
        for (int i = start; i < start + count; i++) {
            vector = vector << bits | (i < statusCount ? symbols[i] : TransportFeedback.NOT_RECEIVED);
        }
        return (oneBitSuffices ? ONE_BIT_VECTOR : TWO_BIT_VECTOR) | vector;
    }

    private int runFrom(int start) {
        int end = start + 1;
        while (end < statusCount && end - start < MAX_RUN && symbols[end] == symbols[start]) {
            end++;
        }
        return end - start;
    }

    private boolean oneBitSuffices(int start) {
        int end = Math.min(start + ONE_BIT_SYMBOLS, statusCount);
        for (int i = start; i < end; i++) {
            if (symbols[i] == TransportFeedback.LARGE_DELTA) {
                return false;
            }
        }
        return true;
    }
}

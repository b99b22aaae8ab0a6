package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.Codec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an outgoing stream has made of its sources' packets: enough to write any of them anew, without an entry for each.
 * Numbers, timestamps and picture ids differ from the source's by offsets, which hold for a span of packets, until the
 * source is switched or a packet left out. Owned by the shard.
 *
 * <p>Example: source A's 7, 8 and 10 went out as 100, 101 and 102, as its 9 was left out; then source B's 5,000 as 103.
 * That is three spans: from 100 A with 93, from 102 A with 92, from 103 B with -4,897. So 101 was A's 8.
 */
final class SentSpans {
    /** Stands for active decode targets that are told as the source tells them. */
    static final int AS_SENT = -1;
    /** Stands for payloads that are sent whole. */
    static final int WHOLE = -1;

    private static final int INITIAL_CAPACITY = 4;
    /** Of a second of packets, which is all that can be asked for, every other one may be left out. */
    private static final int MAX_CAPACITY = 512;

    private Span[] spans = {};
    /** How many there are; the newest is at {@code (count - 1)} modulo the capacity. */
    private long count;

    /** Packets with the same offsets. */
    static final class Span {
        private long firstOut;
        private @Nullable IngressStream source;
        private long sequenceOffset;
        private int timestampOffset;
        private int pictureIdOffset;
        private int tl0PicIdxOffset;
        private int frameNumberOffset;
        private int rtxPayloadType;
        private Codec codec = Codec.VP8;
        private boolean passesDescriptor;
        /** Which spatial layer ends a picture, or -1 where the source's markers hold. */
        private int lastSpatialId;
        /** Told in place of the source's, or {@link #AS_SENT}. */
        private int activeTargets;
        /** The payload type of redundant audio of which the primary block is sent, or {@link #WHOLE}. */
        private int redPayloadType;

        /** From which stream, at which of its numbers; a number counts up from there. */
        Span from(IngressStream stream, long offset) {
            source = stream;
            sequenceOffset = offset;
            return this;
        }

        Span timestamps(int offset) {
            timestampOffset = offset;
            return this;
        }

        /** The numbers of VP8 or VP9; 0 and 0 where payloads are sent as they are. */
        Span pictureIds(int pictureId, int tl0PicIdx) {
            pictureIdOffset = pictureId;
            tl0PicIdxOffset = tl0PicIdx;
            return this;
        }

        Span frameNumbers(int offset) {
            frameNumberOffset = offset;
            return this;
        }

        /** Whether descriptors pass, and what is changed where layers above {@code spatialId} are dropped. */
        Span layers(boolean descriptors, int spatialId, int targets) {
            passesDescriptor = descriptors;
            lastSpatialId = spatialId;
            activeTargets = targets;
            return this;
        }

        Span repeatedAs(Codec newCodec, int payloadType) {
            codec = newCodec;
            rtxPayloadType = payloadType;
            return this;
        }

        /** Of packets of this payload type of the source the primary block is sent, of others everything. */
        void primaryOf(int payloadType) {
            redPayloadType = payloadType;
        }

        boolean takesPrimaryOf(int payloadType) {
            return redPayloadType == payloadType;
        }

        Codec codec() {
            return codec;
        }

        boolean passesDescriptor() {
            return passesDescriptor;
        }

        int lastSpatialId() {
            return lastSpatialId;
        }

        boolean tellsTargets() {
            return activeTargets != AS_SENT;
        }

        int activeTargets() {
            return activeTargets;
        }

        IngressStream source() {
            IngressStream stream = source;
            if (stream == null) {
                throw new IllegalStateException("a span without a source");
            }
            return stream;
        }

        /** The source's number of what went out under {@code outSequence}. */
        long sourceSequence(long outSequence) {
            return outSequence - sequenceOffset;
        }

        int timestamp(int sourceTimestamp) {
            return sourceTimestamp + timestampOffset;
        }

        boolean rewritesPictureIds() {
            return (pictureIdOffset | tl0PicIdxOffset) != 0;
        }

        int pictureId(int source, int bits) {
            return PictureIdTranslator.pictureId(Math.max(0, source), bits == 15, pictureIdOffset);
        }

        int tl0PicIdx(int source) {
            return Math.max(0, source) + tl0PicIdxOffset & 0xFF;
        }

        int frameNumber(int sourceFrameNumber) {
            return sourceFrameNumber + frameNumberOffset & 0xFFFF;
        }

        int rtxPayloadType() {
            return rtxPayloadType;
        }
    }

    /** A span to be filled: all packets from {@code firstOut} on, an unwrapped number, are of it. */
    Span begin(long firstOut) {
        while (count > 0 && newest().firstOut >= firstOut) {
            count--; // No packet has been sent in it.
        }
        if (count >= spans.length && spans.length < MAX_CAPACITY) {
            grow();
        }
        Span span = spans[place(count++)];
        span.firstOut = firstOut;
        return span;
    }

    /** The span of an unwrapped outgoing number, or {@code null} when it is older than what is remembered. */
    @Nullable
    Span find(long outSequence) {
        long last = Math.max(0, count - spans.length);
        for (long i = count - 1; i >= last; i--) {
            Span span = spans[place(i)];
            if (outSequence >= span.firstOut) {
                return span;
            }
        }
        return null;
    }

    /** Forgets everything. */
    void clear() {
        for (Span span : spans) {
            span.source = null;
        }
        count = 0;
    }

    private Span newest() {
        return spans[place(count - 1)];
    }

    private int place(long index) {
        return (int) index & (spans.length - 1);
    }

    private void grow() {
        int from = spans.length;
        spans = Arrays.copyOf(spans, Math.max(INITIAL_CAPACITY, 2 * from));
        for (int i = from; i < spans.length; i++) {
            spans[i] = new Span();
        }
    }
}

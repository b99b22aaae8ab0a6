package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RedPayload;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The retransmission stream of one slot (RFC 4588, SSRC-multiplexed): each repetition is a new packet with a number of its
 * own, so nothing is ever encrypted twice under one number. Owned by the shard.
 */
final class RtxSender {
    /** Two asks closer than this are one ask that was repeated, whatever the round trip. */
    private static final long MIN_THROTTLE_NS = 10_000_000L;
    /** Sequence numbers sent again lately that are remembered. */
    private static final int SENT_AGAIN = 256;

    private static final long[] NOTHING = {};
    /** Packets without payload sent lately that are remembered. */
    private static final int FILLERS = 32;

    /** Packets that padding repeats at a time. */
    private static final int MAX_REPEATED = 64;

    private static final int PADDING_BIT = 0x20;
    /** What one byte can tell of, in whole words. */
    private static final int MAX_PADDING = 252;

    private static final int MAX_CREDIT = 2_048;
    /**
     * Retransmissions that each packet sent allows for: far above what loss can ask for, since at 50 % it is one. One
     * NACK names hundreds of packets, so that a subscriber could otherwise have the server send it gigabits.
     */
    private static final int CREDIT_PER_PACKET = 2;

    private final int ssrc;
    private final EgressHeader header;
    private final SubscriberReports reports;
    private final PacketSink sink;
    private final DropCounters drops;

    private final SentSpans spans = new SentSpans();
    private final RtpPacket source = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final RedPayload red = new RedPayload();
    private final OutgoingDescriptor descriptor = new OutgoingDescriptor();
    /** Made once, so that a NACK allocates nothing. */
    private final IntConsumer retransmit = this::retransmit;

    /** When a number was last sent again, by its low bits, and below it the number. */
    private long[] sentAgainNs = NOTHING;

    private int[] sentAgain = {};

    private final long[] fillers = new long[FILLERS];
    private int fillerCount;

    /** The unwrapped number of the packet that was sent twice at once; no other is below 0. */
    private long twice = -1;

    /** What nobody needs any more, up to this unwrapped number. */
    private long overtaken = -1;
    /** With what the receiver has begun anew; what was before it need not be had. */
    private long begunAt;

    private boolean needsKeyframe;

    private int nextSequence;
    private int credit;
    private long highestOut;
    private long nowNs;
    private long packets;

    RtxSender(
            int ssrc,
            int firstSequence,
            EgressHeader header,
            SubscriberReports reports,
            PacketSink sink,
            DropCounters drops) {
        this.ssrc = ssrc;
        this.nextSequence = firstSequence;
        this.header = header;
        this.reports = reports;
        this.sink = sink;
        this.drops = drops;
    }

    /** What the stream has sent: whoever changes an offset says so here. */
    SentSpans spans() {
        return spans;
    }

    /** So many packets of the stream have been sent by themselves. */
    void packetsSent(int count) {
        credit = Math.min(credit + count * CREDIT_PER_PACKET, MAX_CREDIT);
    }

    /**
     * Sends again what is still there.
     *
     * @param highest the highest outgoing number of the stream so far, unwrapped
     * @return whether only a keyframe helps the receiver: it misses what is not kept any more, or what {@link #repeatAtOnce} sent
     */
    boolean onNack(Nack nack, long highest, long now) {
        nowNs = now;
        highestOut = highest;
        needsKeyframe = false;
        nack.forEachSequenceNumber(retransmit);
        return needsKeyframe;
    }

    private void retransmit(int sequence16) {
        long sequence = highestOut + (short) (sequence16 - (int) highestOut);
        needsKeyframe |= sequence == twice;
        if (sequence <= overtaken) {
            drops.count(DropReason.OVERTAKEN);
            return;
        }
        if (credit == 0) {
            drops.count(DropReason.RETRANSMISSION_THROTTLED);
            return;
        }
        SentSpans.Span span = sequence > highestOut ? null : spans.find(sequence);
        int slot =
                span == null ? PacketHistory.MISS : span.source().history().find(span.sourceSequence(sequence), nowNs);
        if (isFiller(sequence)) {
            repeatFiller(sequence16);
            return;
        }
        if (span == null || slot == PacketHistory.MISS) {
            // A browser whose asks come to nothing waits for three seconds before it asks for a keyframe.
            // What the publisher's own link has lost can still come.
            needsKeyframe |= span != null
                    && sequence >= begunAt
                    && span.source().history().isPast(span.sourceSequence(sequence));
            drops.count(DropReason.RETRANSMISSION_MISS);
            return;
        }
        if (wasSentAgain(sequence16)) {
            drops.count(DropReason.RETRANSMISSION_THROTTLED);
            return;
        }
        OutgoingPacket out = sink.begin();
        if (out != null) {
            credit--;
            send(span, slot, sequence16, out);
        }
    }

    /** Whether the number was sent again less than a round trip ago; if not, it counts as sent again now. */
    private boolean wasSentAgain(int sequence16) {
        if (sentAgainNs.length == 0) {
            sentAgainNs = new long[SENT_AGAIN];
            sentAgain = new int[SENT_AGAIN];
            Arrays.fill(sentAgain, -1);
        }
        int place = sequence16 & SENT_AGAIN - 1;
        long withinNs = Math.max(MIN_THROTTLE_NS, reports.rttNs());
        if (sentAgain[place] == sequence16 && nowNs - sentAgainNs[place] < withinNs) {
            return true;
        }
        sentAgain[place] = sequence16;
        sentAgainNs[place] = nowNs;
        return false;
    }

    /**
     * Sends a packet whose payload goes on as it is once more, before those that follow it can be on their way.
     *
     * @param sequence the unwrapped number that it has just been sent under
     */
    void repeatAtOnce(IncomingPacket packet, int payloadType, long sequence, int timestamp) {
        twice = sequence;
        OutgoingPacket out = sink.begin();
        if (out == null) {
            return;
        }
        RtpPacket rtp = packet.rtp();
        int headerLength = header.begin(out, payloadType, rtp.marker(), nextSequence++ & 0xFFFF, timestamp, ssrc)
                .finish(
                        out,
                        rtp,
                        packet.extensions(),
                        packet.passesExtensions(),
                        !reports.isSeen(),
                        descriptor.none(),
                        packet.nowNs());
        RtxPayload.writeOriginalSequenceNumber(out.head(), headerLength, (int) sequence & 0xFFFF);
        out.payload(RtxPayload.HEADER_LENGTH, rtp.packet(), rtp.payloadOffset(), rtp.payloadLength());
        out.paddable(false);
        sink.send(out);
        packets++;
    }

    /** The receiver begins anew with the packet of this unwrapped number. */
    void begins(long sequence) {
        begunAt = sequence;
    }

    /** Packets up to this unwrapped number are not to be sent again: the receiver begins anew after them. */
    void overtaken(long sequence) {
        overtaken = sequence;
    }

    /** A packet without payload has gone out under this unwrapped number. */
    void filled(long sequence) {
        fillers[fillerCount++ & FILLERS - 1] = sequence;
    }

    private boolean isFiller(long sequence) {
        for (int i = 0; i < Math.min(fillerCount, FILLERS); i++) {
            if (fillers[i] == sequence) {
                return true;
            }
        }
        return false;
    }

    /** Nothing but the original sequence number, which the receiver makes a packet without payload of. */
    private void repeatFiller(int sequence16) {
        SentSpans.Span span = spans.find(highestOut);
        PacketHistory history = span == null ? null : span.source().history();
        int slot = span == null || history == null
                ? PacketHistory.MISS
                : history.find(span.sourceSequence(highestOut), nowNs);
        OutgoingPacket out =
                span == null || slot == PacketHistory.MISS || wasSentAgain(sequence16) ? null : sink.begin();
        if (span == null || history == null || out == null) {
            return;
        }
        credit--;
        descriptor.none();
        int headerLength = header.begin(out, span.rtxPayloadType(), false, nextSequence++ & 0xFFFF, 0, ssrc)
                .finish(out, source, RtpExtensionMap.EMPTY, false, !reports.isSeen(), descriptor, nowNs);
        RtxPayload.writeOriginalSequenceNumber(out.head(), headerLength, sequence16);
        // A packet to lend its buffer, of which nothing is taken.
        out.payload(RtxPayload.HEADER_LENGTH, history.packet(slot), 0, 0);
        out.paddable(false);
        sink.send(out);
        packets++;
    }

    private void send(SentSpans.Span span, int slot, int originalSequence, OutgoingPacket out) {
        PacketHistory history = span.source().history();
        PacketBuffer packet = history.packet(slot);
        RtpExtensionMap extensions = history.extensions(slot);
        if (!source.wrap(packet) || !source.refreshPayload()) {
            throw new IllegalStateException("a packet that was forwarded has been written to");
        }
        FrameLayers frame = describe(span, extensions);
        boolean marker =
                source.marker() || frame != null && frame.endOfFrame() && frame.spatialId() == span.lastSpatialId();
        int headerLength = header.begin(
                        out,
                        span.rtxPayloadType(),
                        marker,
                        nextSequence++ & 0xFFFF,
                        span.timestamp(source.timestamp()),
                        ssrc)
                .finish(
                        out,
                        source,
                        extensions,
                        EgressHeader.anyPasses(source, extensions),
                        !reports.isSeen(),
                        descriptor,
                        nowNs);
        RtxPayload.writeOriginalSequenceNumber(out.head(), headerLength, originalSequence);
        if (span.takesPrimaryOf(source.payloadType()) && red.wrap(source)) {
            out.payload(RtxPayload.HEADER_LENGTH, packet, red.primaryOffset(), red.primaryLength());
        } else {
            int rewritten = span.rewritesPictureIds() ? rewrite(span, out, headerLength + RtxPayload.HEADER_LENGTH) : 0;
            int restLength = source.payloadLength() - rewritten;
            out.payload(RtxPayload.HEADER_LENGTH + rewritten, packet, source.payloadOffset() + rewritten, restLength);
        }
        out.paddable(false);
        sink.send(out);
        packets++;
    }

    /** Says what becomes of the descriptor; returns what it says, if anything depends on it. */
    private @Nullable FrameLayers describe(SentSpans.Span span, RtpExtensionMap extensions) {
        descriptor.none();
        if (!span.passesDescriptor() && span.lastSpatialId() < 0) {
            return null;
        }
        FrameLayers frame = span.source().readAgain(source, extensions);
        if (span.passesDescriptor() && frame.hasFrameNumber()) {
            descriptor.renumbered(span.frameNumber(frame.frameNumber()));
            if (span.tellsTargets()) {
                descriptor.tell(frame, span.activeTargets());
            }
        }
        return frame;
    }

    /** Writes a payload descriptor with the span's picture ids; returns its length. */
    private int rewrite(SentSpans.Span span, OutgoingPacket out, int at) {
        if (span.codec() == Codec.VP8 && vp8.wrap(source)) {
            out.head().copyFrom(at, source.packet(), source.payloadOffset(), vp8.length());
            int pictureId = span.pictureId(vp8.pictureId(), vp8.pictureIdBits());
            vp8.rewrite(out.head(), at, pictureId, span.tl0PicIdx(vp8.tl0PicIdx()), vp8.keyIdx());
            return vp8.length();
        }
        if (span.codec() == Codec.VP9 && vp9.wrap(source)) {
            out.head().copyFrom(at, source.packet(), source.payloadOffset(), vp9.length());
            int pictureId = span.pictureId(vp9.pictureId(), vp9.pictureIdBits());
            vp9.rewrite(out.head(), at, pictureId, span.tl0PicIdx(vp9.tl0PicIdx()));
            return vp9.length();
        }
        return 0;
    }

    /**
     * Sends about {@code bytes} to probe the way: repetitions of the latest packets, or padding while there are none. Nobody
     * asked for them, so no credit is used.
     *
     * @param paddingType the payload type of padding while nothing has been sent, -1 to send none then
     */
    int sendPadding(int bytes, long highest, int paddingType, long now) {
        nowNs = now;
        highestOut = highest;
        int left = bytes;
        for (int back = 0; back < MAX_REPEATED && left > 0; back++) {
            long sequence = highest - back;
            SentSpans.Span span = spans.find(sequence);
            int slot = span == null
                    ? PacketHistory.MISS
                    : span.source().history().find(span.sourceSequence(sequence), nowNs);
            OutgoingPacket out = span == null || slot == PacketHistory.MISS ? null : sink.begin();
            if (span != null && out != null) {
                send(span, slot, (int) sequence & 0xFFFF, out);
                left -= out.length();
            }
        }
        SentSpans.Span newest = spans.find(highest);
        int payloadType = newest == null ? paddingType : newest.rtxPayloadType();
        while (payloadType >= 0 && left > 0) {
            left -= pad(payloadType);
        }
        return bytes - left;
    }

    /** RFC 3550 §5.1: a packet of nothing but padding, whose last byte tells how much; returns its length. */
    private int pad(int payloadType) {
        OutgoingPacket out = sink.begin();
        if (out == null) {
            return Integer.MAX_VALUE;
        }
        PacketBuffer head = out.head();
        int headerLength = header.begin(out, payloadType, false, nextSequence++ & 0xFFFF, 0, ssrc)
                .finish(out, source, RtpExtensionMap.EMPTY, false, !reports.isSeen(), descriptor.none(), nowNs);
        head.putU8(0, head.u8(0) | PADDING_BIT);
        for (int i = 0; i < MAX_PADDING - 1; i++) {
            head.putU8(headerLength + i, 0);
        }
        head.putU8(headerLength + MAX_PADDING - 1, MAX_PADDING);
        out.payload(MAX_PADDING, head, headerLength + MAX_PADDING, 0);
        out.paddable(false);
        sink.send(out);
        return out.length();
    }

    /** Nothing that was sent can be asked for any more. */
    void forget() {
        spans.clear();
    }

    long packetsSent() {
        return packets;
    }
}

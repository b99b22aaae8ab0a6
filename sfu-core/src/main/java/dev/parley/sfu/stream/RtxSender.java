package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.Arrays;
import java.util.function.IntConsumer;

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
    /** Made once, so that a NACK allocates nothing. */
    private final IntConsumer retransmit = this::retransmit;

    /** When a number was last sent again, by its low bits, and below it the number. */
    private long[] sentAgainNs = NOTHING;

    private int[] sentAgain = {};

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
     */
    void onNack(Nack nack, long highest, long now) {
        nowNs = now;
        highestOut = highest;
        nack.forEachSequenceNumber(retransmit);
    }

    private void retransmit(int sequence16) {
        if (credit == 0) {
            drops.count(DropReason.RETRANSMISSION_THROTTLED);
            return;
        }
        long sequence = highestOut + (short) (sequence16 - (int) highestOut);
        SentSpans.Span span = sequence > highestOut ? null : spans.find(sequence);
        int slot =
                span == null ? PacketHistory.MISS : span.source().history().find(span.sourceSequence(sequence), nowNs);
        if (span == null || slot == PacketHistory.MISS) {
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

    private void send(SentSpans.Span span, int slot, int originalSequence, OutgoingPacket out) {
        PacketHistory history = span.source().history();
        PacketBuffer packet = history.packet(slot);
        RtpExtensionMap extensions = history.extensions(slot);
        if (!source.wrap(packet) || !source.refreshPayload()) {
            throw new IllegalStateException("a packet that was forwarded has been written to");
        }
        int headerLength = header.begin(
                        out,
                        span.rtxPayloadType(),
                        source.marker(),
                        nextSequence++ & 0xFFFF,
                        span.timestamp(source.timestamp()),
                        ssrc)
                .finish(
                        out,
                        source,
                        extensions,
                        EgressHeader.anyPasses(source, extensions),
                        !reports.isSeen(),
                        frameNumber(span, extensions),
                        nowNs);
        RtxPayload.writeOriginalSequenceNumber(out.head(), headerLength, originalSequence);
        int rewritten = 0;
        if (span.rewritesVp8() && vp8.wrap(source)) {
            rewritten = vp8.length();
            int descriptor = headerLength + RtxPayload.HEADER_LENGTH;
            out.head().copyFrom(descriptor, packet, source.payloadOffset(), rewritten);
            vp8.rewrite(out.head(), descriptor, span.pictureId(vp8), span.tl0PicIdx(vp8), vp8.keyIdx());
        }
        int restLength = source.payloadLength() - rewritten;
        out.payload(RtxPayload.HEADER_LENGTH + rewritten, packet, source.payloadOffset() + rewritten, restLength);
        out.paddable(false);
        sink.send(out);
        packets++;
    }

    private int frameNumber(SentSpans.Span span, RtpExtensionMap extensions) {
        int frameNumber = EgressHeader.frameNumber(source, extensions);
        return frameNumber == EgressHeader.NO_FRAME_NUMBER ? frameNumber : span.frameNumber(frameNumber);
    }

    /**
     * Sends about {@code bytes} to probe the way: repetitions of the latest packets, or padding while there are none. Nobody
     * asked for them, so no credit is used.
     */
    int sendPadding(int bytes, long highest, long now) {
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
        while (newest != null && left > 0) {
            left -= pad(newest);
        }
        return bytes - left;
    }

    /** RFC 3550 §5.1: a packet of nothing but padding, whose last byte tells how much; returns its length. */
    private int pad(SentSpans.Span span) {
        OutgoingPacket out = sink.begin();
        if (out == null) {
            return Integer.MAX_VALUE;
        }
        PacketBuffer head = out.head();
        int headerLength = header.begin(out, span.rtxPayloadType(), false, nextSequence++ & 0xFFFF, 0, ssrc)
                .finish(
                        out,
                        source,
                        RtpExtensionMap.EMPTY,
                        false,
                        !reports.isSeen(),
                        EgressHeader.NO_FRAME_NUMBER,
                        nowNs);
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

package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.function.IntConsumer;

/**
 * The retransmission stream of one slot (RFC 4588, SSRC-multiplexed): each repetition is a new packet with a number of its
 * own, so nothing is ever encrypted twice under one number. Owned by the shard.
 */
final class RtxSender {
    private static final int INITIAL_RETAINED = 128;
    /** A second of 5 Mbit/s, and still more than a round trip at 20. */
    private static final int MAX_RETAINED = 512;

    private static final int MAX_CREDIT = 2_048;
    private static final long RETAIN_NS = 1_000_000_000L;
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

    private final RetransmissionBuffer buffer = new RetransmissionBuffer(INITIAL_RETAINED, MAX_RETAINED, RETAIN_NS);
    private final RtpPacket source = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    /** Made once, so that a NACK allocates nothing. */
    private final IntConsumer retransmit = this::retransmit;

    private int nextSequence;
    private int credit;
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

    /** What can be sent again: whoever has sent a packet stores it here. */
    RetransmissionBuffer buffer() {
        return buffer;
    }

    /** A packet of the stream has been sent by itself. */
    void packetSent() {
        credit = Math.min(credit + CREDIT_PER_PACKET, MAX_CREDIT);
    }

    void onNack(Nack nack, long nowNs) {
        this.nowNs = nowNs;
        nack.forEachSequenceNumber(retransmit);
    }

    private void retransmit(int sequence16) {
        if (credit == 0) {
            drops.count(DropReason.RETRANSMISSION_THROTTLED);
            return;
        }
        int slot = buffer.find(sequence16, nowNs, reports.rttNs());
        if (slot == RetransmissionBuffer.MISS) {
            drops.count(DropReason.RETRANSMISSION_MISS);
            return;
        }
        if (slot == RetransmissionBuffer.THROTTLED) {
            drops.count(DropReason.RETRANSMISSION_THROTTLED);
            return;
        }
        OutgoingPacket out = sink.begin();
        if (out != null) {
            credit--;
            send(slot, sequence16, out);
        }
    }

    private void send(int slot, int originalSequence, OutgoingPacket out) {
        PacketBuffer packet = buffer.packet(slot);
        if (!source.wrap(packet) || !source.refreshPayload()) {
            throw new IllegalStateException("a packet that was forwarded has been written to");
        }
        int sequence = nextSequence++ & 0xFFFF;
        boolean passing = EgressHeader.anyPasses(source, buffer.extensionMap(slot));
        int headerLength = header.begin(
                        out, buffer.rtxPayloadType(slot), buffer.marker(slot), sequence, buffer.timestamp(slot), ssrc)
                .finish(
                        out,
                        source,
                        buffer.extensionMap(slot),
                        passing,
                        !reports.isSeen(),
                        buffer.frameNumber(slot),
                        nowNs);
        RtxPayload.writeOriginalSequenceNumber(out.head(), headerLength, originalSequence);
        int rewritten = 0;
        if (buffer.pictureId(slot) != RetransmissionBuffer.NONE && vp8.wrap(source)) {
            rewritten = vp8.length();
            int descriptor = headerLength + RtxPayload.HEADER_LENGTH;
            out.head().copyFrom(descriptor, packet, source.payloadOffset(), rewritten);
            vp8.rewrite(out.head(), descriptor, buffer.pictureId(slot), buffer.tl0PicIdx(slot), vp8.keyIdx());
        }
        int restLength = source.payloadLength() - rewritten;
        out.payload(RtxPayload.HEADER_LENGTH + rewritten, packet, source.payloadOffset() + rewritten, restLength);
        out.paddable(false);
        sink.send(out);
        packets++;
    }

    long packetsSent() {
        return packets;
    }
}

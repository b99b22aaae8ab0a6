package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.LayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One slot of a subscriber: a single continuous RTP stream, whatever track and layer feed it. Owned by the shard.
 *
 * <p>A video source is taken up at a keyframe. Each packet gets a fresh header; its payload stays in the shared source
 * packet and is encrypted from there; of VP8, the descriptor is copied when its picture ids have to change.
 * Retransmissions are new packets of the RTX stream (RFC 4588): the same packet is never encrypted twice.
 */
public final class EgressStream {
    private static final long SELECTION_INTERVAL_NS = 200_000_000L;
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    /** Room for the authentication tag and the original sequence number, in bytes. */
    private static final int RESERVE = 32;

    private final int ssrc;
    private final int rtxSsrc;
    private final boolean video;
    private final PacketSink sink;
    private final DropCounters drops;
    private final LayerSelector selector;
    private final EgressHeader header;
    private PayloadTypes payloadTypes;

    private final SequenceTranslator sequences;
    private final TimestampTranslator timestamps;
    private final PictureIdTranslator pictureIds = new PictureIdTranslator();
    private final FrameNumberTranslator frameNumbers = new FrameNumberTranslator();
    private final @Nullable RtxSender rtx;
    private final IntConsumer countUnanswerable;

    private @Nullable IngressTrack track;
    /** The layer being forwarded; none while waiting for a keyframe. */
    private @Nullable IngressStream current;
    /** The layer to be forwarded from its next keyframe on. */
    private @Nullable IngressStream target;

    private boolean paused;
    private long nextSelectionNs = Long.MIN_VALUE;

    private @Nullable PayloadFormat sourceFormat;
    private @Nullable PayloadFormat format;

    // Of the packet being forwarded: what its retransmission has to say again.
    private int outPictureId;
    private int outTl0PicIdx;

    private final SubscriberReports reports = new SubscriberReports();
    private long nextReportNs = Long.MAX_VALUE;
    private long packets;
    private long octets;

    public EgressStream(
            EgressSettings settings,
            LayerSelector selector,
            PacketSink sink,
            DropCounters drops,
            RandomGenerator random) {
        this.ssrc = settings.ssrc();
        this.rtxSsrc = settings.rtxSsrc();
        this.video = settings.video();
        this.payloadTypes = settings.payloadTypes();
        this.selector = selector;
        this.sink = sink;
        this.drops = drops;
        header = new EgressHeader(settings.mid(), settings.extensions());
        // RFC 3711 §3.3.1: a start below 2^15 keeps the receiver's guess of the rollover counter right.
        sequences = new SequenceTranslator(random.nextInt(1, 1 << 15));
        timestamps = new TimestampTranslator(random.nextInt());
        int firstRtx = random.nextInt(1, 1 << 15);
        rtx = rtxSsrc == 0 ? null : new RtxSender(rtxSsrc, firstRtx, header, reports, sink, drops);
        countUnanswerable = sequence -> drops.count(DropReason.RETRANSMISSION_NOT_NEGOTIATED);
    }

    /** Takes over what a new offer has changed. SSRCs stay. */
    public void renegotiated(PayloadTypes newPayloadTypes, RtpExtensionMap newExtensions) {
        payloadTypes = newPayloadTypes;
        header.extensions(newExtensions);
        sourceFormat = null;
        format = null;
    }

    /** Feeds the slot from another track, or from none. Video starts with the track's next keyframe. */
    public void source(@Nullable IngressTrack newTrack, long nowNs) {
        track = newTrack;
        sourceFormat = null;
        format = null;
        awaitKeyframe(nowNs);
    }

    /** Sends nothing while set; video resumes with a keyframe. */
    public void paused(boolean nowPaused, long nowNs) {
        if (paused != nowPaused) {
            paused = nowPaused;
            awaitKeyframe(nowNs);
        }
    }

    /** Starts over at a keyframe, for a subscriber that has missed what was sent, such as before it was connected. */
    public void awaitKeyframe(long nowNs) {
        current = null;
        target = null;
        // The next deadline lets go of the packets held, if nothing is forwarded until then.
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
        selectLayer(nowNs);
    }

    /** A packet of one of the track's layers; true if it was sent on. */
    public boolean forward(IncomingPacket packet) {
        if (paused) {
            return false;
        }
        IngressStream stream = packet.stream();
        long nowNs = packet.nowNs();
        // At once when the publisher has put another stream into the place of the one being forwarded.
        if (nowNs >= nextSelectionNs || stream != current && current != null && !isOfTrack(current)) {
            selectLayer(nowNs);
        }
        if (stream != current && !takeUp(packet, stream, nowNs)) {
            return false;
        }
        PayloadFormat out = outgoingFormat(packet.format());
        if (out == null) {
            drops.count(DropReason.CODEC_NOT_NEGOTIATED);
            return false;
        }
        if (packet.rtp().payloadLength() == 0) {
            // Padding alone, a sender's probe of its uplink: nothing the receiver should miss.
            sequences.leaveOut(packet.sequence());
            return false;
        }
        long sequence = sequences.translate(packet.sequence());
        if (sequence == SequenceTranslator.DROP) {
            drops.count(DropReason.RTP_TOO_OLD);
            return false;
        }
        return send(packet, out, sequence, nowNs);
    }

    /** What the track is sent in while the receiver has not negotiated it, or {@code null} while all is well. */
    public @Nullable PayloadFormat unmatchedFormat() {
        return format == null ? sourceFormat : null;
    }

    private void selectLayer(long nowNs) {
        IngressTrack source = track;
        if (source == null || paused || source.layers().isEmpty()) {
            nextSelectionNs = Long.MIN_VALUE;
            return;
        }
        nextSelectionNs = nowNs + SELECTION_INTERVAL_NS;
        int chosen = selector.select(source.layers(), indexOf(source, target), nowNs);
        if (chosen == LayerSelector.NONE) {
            // The track has no stream yet; its very first packet is a keyframe not to be missed.
            nextSelectionNs = Long.MIN_VALUE;
            current = null;
            target = null;
            return;
        }
        IngressStream layer = source.layers().get(chosen);
        if (layer != target) {
            target = layer;
            if (layer != current) {
                layer.requestKeyframe(nowNs);
            }
        }
    }

    private boolean isOfTrack(IngressStream stream) {
        return track != null && indexOf(track, stream) != LayerSelector.NONE;
    }

    private static int indexOf(IngressTrack source, @Nullable IngressStream layer) {
        for (int i = 0; i < source.layers().size(); i++) {
            if (source.layers().get(i) == layer) {
                return i;
            }
        }
        return LayerSelector.NONE;
    }

    /** Switches to another stream if it is wanted and this packet is a place to start. */
    private boolean takeUp(IncomingPacket packet, IngressStream stream, long nowNs) {
        // While nothing is forwarded, any layer's keyframe is better than waiting for the best one's.
        boolean wanted = stream == target || current == null && target != null && isOfTrack(stream);
        if (!wanted) {
            return false;
        }
        if (video && !(packet.keyframeStart() && packet.isNewest())) {
            if (packet.keyframeStart()) {
                // It came late: what follows it is gone already, so this keyframe is of no use here.
                stream.requestKeyframe(nowNs);
            }
            if (current == null) {
                drops.count(DropReason.AWAITING_KEYFRAME);
            }
            return false;
        }
        current = stream;
        sequences.switchTo(packet.sequence());
        timestamps.switchTo(packet.rtp().timestamp(), packet.format().clockRateHz(), nowNs);
        if (packet.frameNumber() != EgressHeader.NO_FRAME_NUMBER) {
            frameNumbers.switchTo(packet.frameNumber());
        }
        Vp8Descriptor vp8 = packet.vp8();
        if (vp8 != null) {
            pictureIds.switchTo(vp8.pictureId(), vp8.tl0PicIdx());
        }
        // The new relation of timestamps to time is worth a report at once: lips depend on it.
        nextReportNs = nowNs;
        return true;
    }

    private @Nullable PayloadFormat outgoingFormat(PayloadFormat source) {
        if (!source.equals(sourceFormat)) {
            sourceFormat = source;
            format = payloadTypes.match(source);
        }
        return format;
    }

    private boolean send(IncomingPacket incoming, PayloadFormat outFormat, long sequence, long nowNs) {
        OutgoingPacket out = sink.begin();
        if (out == null) {
            return false;
        }
        RtpPacket packet = incoming.rtp();
        int timestamp = timestamps.translate(packet.timestamp(), nowNs);
        int frameNumber = translateFrameNumber(incoming);
        int sequence16 = (int) sequence & 0xFFFF;
        int headerLength = header.begin(out, outFormat.payloadType(), packet.marker(), sequence16, timestamp, ssrc)
                .finish(
                        out,
                        packet,
                        incoming.extensions(),
                        incoming.passesExtensions(),
                        !reports.isSeen(),
                        frameNumber,
                        nowNs);
        if (headerLength + packet.payloadLength() + RESERVE > PacketPool.PACKET_CAPACITY) {
            drops.count(DropReason.OVERSIZED);
            return false;
        }
        takePayload(out, packet, incoming.vp8());
        out.paddable(video);
        sink.send(out);
        packets++;
        octets += packet.payloadLength();
        if (rtx != null && outFormat.rtxPayloadType() >= 0) {
            rtx.packetSent();
            rtx.buffer()
                    .store(
                            packet.packet(),
                            incoming.extensions(),
                            sequence,
                            timestamp,
                            packet.marker(),
                            outFormat.rtxPayloadType(),
                            outPictureId,
                            outTl0PicIdx,
                            frameNumber,
                            nowNs);
        }
        return true;
    }

    private int translateFrameNumber(IncomingPacket packet) {
        int frameNumber = packet.frameNumber();
        return frameNumber == EgressHeader.NO_FRAME_NUMBER ? frameNumber : frameNumbers.translate(frameNumber);
    }

    /** Decides what the packet's VP8 descriptor has to say here; {@code NONE} when it passes as it is. */
    private void translatePictureId(@Nullable Vp8Descriptor vp8) {
        outPictureId = RetransmissionBuffer.NONE;
        if (vp8 == null) {
            return;
        }
        int pictureId = pictureIds.pictureId(Math.max(0, vp8.pictureId()), vp8.pictureIdBits() == 15);
        int tl0PicIdx = pictureIds.tl0PicIdx(Math.max(0, vp8.tl0PicIdx()));
        if (pictureIds.isRewriting()) {
            outPictureId = pictureId;
            outTl0PicIdx = tl0PicIdx;
        }
    }

    /** The payload is the source's, but for a VP8 descriptor that has to say something else here. */
    private void takePayload(OutgoingPacket out, RtpPacket packet, @Nullable Vp8Descriptor vp8) {
        translatePictureId(vp8);
        int prefixLength = 0;
        if (vp8 != null && outPictureId != RetransmissionBuffer.NONE) {
            prefixLength = vp8.length();
            int offset = out.headOffset() + out.headerLength();
            out.head().copyFrom(offset, packet.packet(), packet.payloadOffset(), prefixLength);
            vp8.rewrite(out.head(), offset, outPictureId, outTl0PicIdx, vp8.keyIdx());
        }
        int sourceOffset = packet.payloadOffset() + prefixLength;
        out.payload(prefixLength, packet.packet(), sourceOffset, packet.payloadLength() - prefixLength);
    }

    /** A NACK for this stream's SSRC: sends again what is still here. */
    public void onNack(Nack nack, long nowNs) {
        if (rtx == null) {
            nack.forEachSequenceNumber(countUnanswerable);
        } else {
            rtx.onNack(nack, nowNs);
        }
    }

    /** A PLI or FIR for this stream's SSRC. */
    public void onKeyframeRequest(long nowNs) {
        IngressStream stream = current != null ? current : target;
        if (stream != null) {
            stream.requestKeyframe(nowNs);
        }
    }

    /**
     * A report block about this stream.
     *
     * @param nowNtp the server's NTP time, as it is put into sender reports
     */
    public void onReportBlock(ReportBlock block, long nowNtp) {
        reports.onReportBlock(block, nowNtp);
    }

    /** When {@link #writeSenderReport} is to be called; {@link Long#MAX_VALUE} while there is nothing to report. */
    public long nextDeadlineNs() {
        return nextReportNs;
    }

    /**
     * Writes a sender report, whether due or not, and lets go of packets too old to be asked for. False when nothing is
     * being sent, or the compound is full.
     */
    public boolean writeSenderReport(RtcpWriter writer, long nowNs, long nowNtp) {
        boolean holdsPackets = false;
        if (rtx != null) {
            rtx.buffer().expire(nowNs);
            holdsPackets = !rtx.buffer().isEmpty();
        }
        IngressStream stream = current;
        if (stream == null || !stream.clock().isKnown()) {
            nextReportNs = holdsPackets ? nowNs + REPORT_INTERVAL_NS : Long.MAX_VALUE;
            return false;
        }
        int timestamp = stream.clock().timestampAt(nowNs) + timestamps.offset();
        if (!writer.senderReport(ssrc, nowNtp, timestamp, packets, octets)) {
            return false;
        }
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
        return true;
    }

    /** Lets go of the source and of every packet held. Another source may be put in later. */
    public void close() {
        track = null;
        current = null;
        target = null;
        nextReportNs = Long.MAX_VALUE;
        if (rtx != null) {
            rtx.buffer().close();
        }
    }

    public int ssrc() {
        return ssrc;
    }

    public int rtxSsrc() {
        return rtxSsrc;
    }

    public @Nullable IngressTrack source() {
        return track;
    }

    /** The layer being forwarded, or {@code null} while none is. */
    public @Nullable IngressStream currentLayer() {
        return current;
    }

    public SubscriberReports reports() {
        return reports;
    }

    /** Packets sent, retransmissions not counted. */
    public long packetsSent() {
        return packets;
    }

    /** Octets of payload sent, retransmissions not counted. */
    public long octetsSent() {
        return octets;
    }

    public long packetsRetransmitted() {
        return rtx == null ? 0 : rtx.packetsSent();
    }
}

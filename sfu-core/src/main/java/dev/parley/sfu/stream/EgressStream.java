package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.LayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.Objects;
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

    /** Whether the newest span says something else of packets than is true from the next one on. */
    private boolean offsetsChanged;

    private boolean formatChanged;

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

    /** Packets of the track, of any of its layers, in their order; {@link IncomingPacket#findRuns} has seen them. */
    public void forward(IncomingPacket[] incoming, int count) {
        int i = 0;
        while (i < count) {
            int run = incoming[i].runLength();
            if (run > 0 && isSteady(incoming[i])) {
                forwardRun(incoming, i, i + run);
                i += run;
            } else {
                forward(incoming[i++]);
            }
        }
    }

    /**
     * Whether nothing is to be decided about this plain packet and those of its run: they are of the stream and of the
     * format that is being forwarded, with the offsets in force, and their headers are the short ones.
     */
    @SuppressWarnings("ReferenceEquality") // Any doubt is for the long way.
    private boolean isSteady(IncomingPacket packet) {
        return packet.stream() == current
                && packet.format() == sourceFormat
                && format != null
                && !paused
                && !offsetsChanged
                && !formatChanged
                && packet.nowNs() < nextSelectionNs
                && sequences.isOfNewestSpan(packet.sequence())
                && header.isShortForm()
                && reports.isSeen();
    }

    /** What {@link #forward(IncomingPacket)} comes to for packets about which nothing is to be decided. */
    private void forwardRun(IncomingPacket[] incoming, int from, int to) {
        PayloadFormat out = Objects.requireNonNull(format);
        boolean repeatable = rtx != null && out.rtxPayloadType() >= 0;
        int sent = 0;
        for (int i = from; i < to; i++) {
            IncomingPacket packet = incoming[i];
            int sequence = (int) sequences.translate(packet.sequence()) & 0xFFFF;
            OutgoingPacket next = sink.begin();
            if (next != null) {
                RtpPacket rtp = packet.rtp();
                int timestamp = timestamps.translate(rtp.timestamp(), packet.nowNs());
                header.begin(next, out.payloadType(), rtp.marker(), sequence, timestamp, ssrc)
                        .finishShort(next, packet.absSendTime());
                takePayload(next, rtp, packet.vp8());
                next.paddable(video);
                sink.send(next);
                octets += rtp.payloadLength();
                sent++;
                packet.sent(repeatable);
            }
        }
        sent(sent, repeatable, incoming[to - 1].nowNs());
    }

    private void sent(int count, boolean repeatable, long nowNs) {
        packets += count;
        if (rtx != null && repeatable) {
            rtx.packetsSent(count);
        }
        if (nextReportNs == Long.MAX_VALUE) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
        }
    }

    private void forward(IncomingPacket packet) {
        if (paused) {
            return;
        }
        IngressStream stream = packet.stream();
        long nowNs = packet.nowNs();
        // At once when the publisher has put another stream into the place of the one being forwarded.
        if (nowNs >= nextSelectionNs || stream != current && current != null && !isOfTrack(current)) {
            selectLayer(nowNs);
        }
        if (stream != current && !takeUp(packet, stream, nowNs)) {
            return;
        }
        PayloadFormat out = outgoingFormat(packet.format());
        if (out == null) {
            drops.count(DropReason.CODEC_NOT_NEGOTIATED);
            return;
        }
        if (packet.rtp().payloadLength() == 0) {
            // Padding alone, a sender's probe of its uplink: nothing the receiver should miss.
            offsetsChanged |= sequences.leaveOut(packet.sequence());
            return;
        }
        long sequence = sequences.translate(packet.sequence());
        if (sequence == SequenceTranslator.DROP) {
            drops.count(DropReason.RTP_TOO_OLD);
            return;
        }
        send(packet, out, sequence, nowNs);
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
        offsetsChanged = true;
        // The new relation of timestamps to time is worth a report at once: lips depend on it.
        nextReportNs = nowNs;
        return true;
    }

    private @Nullable PayloadFormat outgoingFormat(PayloadFormat source) {
        if (!source.equals(sourceFormat)) {
            sourceFormat = source;
            format = payloadTypes.match(source);
            formatChanged = true;
        }
        return format;
    }

    private void send(IncomingPacket incoming, PayloadFormat outFormat, long sequence, long nowNs) {
        OutgoingPacket out = sink.begin();
        if (out == null) {
            return;
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
            return;
        }
        takePayload(out, packet, incoming.vp8());
        out.paddable(video);
        sink.send(out);
        octets += packet.payloadLength();
        boolean repeatable = rtx != null && outFormat.rtxPayloadType() >= 0;
        incoming.sent(repeatable);
        sent(1, repeatable, nowNs);
        if (rtx == null || !repeatable) {
            offsetsChanged = false; // Nobody can ask what they were.
            formatChanged = false;
        } else if ((offsetsChanged || formatChanged) && sequence == sequences.highestOut()) {
            // Not for a late packet, which is of an older span.
            beginSpan(rtx.spans(), incoming.stream(), outFormat, sequence);
        }
    }

    /** Notes what this packet and those after it are made from. */
    private void beginSpan(SentSpans spans, IngressStream source, PayloadFormat outFormat, long sequence) {
        long first = offsetsChanged ? sequences.spanStart() : sequence;
        offsetsChanged = false;
        formatChanged = false;
        boolean rewrites = outFormat.codec() == Codec.VP8;
        spans.begin(first)
                .from(source, sequences.spanOffset())
                .timestamps(timestamps.offset())
                .pictureIds(rewrites ? pictureIds.pictureIdOffset() : 0, rewrites ? pictureIds.tl0PicIdxOffset() : 0)
                .frameNumbers(frameNumbers.offset())
                .rtxPayloadType(outFormat.rtxPayloadType());
    }

    private int translateFrameNumber(IncomingPacket packet) {
        int frameNumber = packet.frameNumber();
        return frameNumber == EgressHeader.NO_FRAME_NUMBER ? frameNumber : frameNumbers.translate(frameNumber);
    }

    /** The payload is the source's, but for a VP8 descriptor that has to say something else here. */
    private void takePayload(OutgoingPacket out, RtpPacket packet, @Nullable Vp8Descriptor vp8) {
        int prefixLength = 0;
        if (vp8 != null) {
            int pictureId = pictureIds.pictureId(Math.max(0, vp8.pictureId()), vp8.pictureIdBits() == 15);
            int tl0PicIdx = pictureIds.tl0PicIdx(Math.max(0, vp8.tl0PicIdx()));
            if (pictureIds.isRewriting()) {
                prefixLength = vp8.length();
                int offset = out.headerLength();
                out.head().copyFrom(offset, packet.packet(), packet.payloadOffset(), prefixLength);
                vp8.rewrite(out.head(), offset, pictureId, tl0PicIdx, vp8.keyIdx());
            }
        }
        int sourceOffset = packet.payloadOffset() + prefixLength;
        out.payload(prefixLength, packet.packet(), sourceOffset, packet.payloadLength() - prefixLength);
    }

    /** A NACK for this stream's SSRC: sends again what is still here. */
    public void onNack(Nack nack, long nowNs) {
        if (rtx == null) {
            nack.forEachSequenceNumber(countUnanswerable);
        } else {
            rtx.onNack(nack, sequences.highestOut(), nowNs);
        }
    }

    /**
     * Sends about {@code bytes} that a receiver has no need of, to probe the way there: repetitions of what was sent last,
     * or padding where nothing was. Returns how many bytes that were.
     */
    public int sendPadding(int bytes, long nowNs) {
        return rtx == null ? 0 : rtx.sendPadding(bytes, sequences.highestOut(), nowNs);
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
        boolean holdsPackets = track != null && track.expirePackets(nowNs);
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

    /** Lets go of the source and of what is known of packets sent. Another source may be put in later. */
    public void close() {
        track = null;
        current = null;
        target = null;
        nextReportNs = Long.MAX_VALUE;
        if (rtx != null) {
            rtx.forget();
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

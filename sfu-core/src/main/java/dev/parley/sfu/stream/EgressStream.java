package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.layers.LayerFilter;
import dev.parley.sfu.layers.LayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RedPayload;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
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
 * packet and is encrypted from there; of VP8, the descriptor is copied when its picture ids have to change. Of redundant
 * audio (RFC 2198), receivers that have not negotiated it are sent the primary block.
 * Retransmissions are new packets of the RTX stream (RFC 4588): the same packet is never encrypted twice.
 */
public final class EgressStream {
    private static final long SELECTION_INTERVAL_NS = 200_000_000L;
    /** After so long a keyframe that was asked for and has come was of no use. */
    private static final long MISSED_KEYFRAME_NS = 1_000_000_000L;

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
    private final LayerFilter filter = new LayerFilter();
    private final OutgoingDescriptor descriptor = new OutgoingDescriptor();
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
    /** Whether VP9's picture ids have to change, which takes the long way. */
    private boolean rewritesVp9;
    /** Whether the source sends redundant audio of which the receiver takes the primary block only. */
    private boolean takesPrimary;
    /** Whether the next keyframe is the first of its parameters that the receiver gets, which H.264 does not tell it. */
    private boolean awaitsParameters;
    /** Whether a keyframe has been asked for that a change of layers within the stream waits for. */
    private boolean awaitsLayers;
    /** When it was. */
    private long layersAskedNs;

    private int layerChanges;
    private KeyframeListener keyframeListener = (_, _, _) -> {};

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

    /** Who is told what keyframes are asked for. */
    public void keyframeListener(KeyframeListener listener) {
        keyframeListener = listener;
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
            if (paused) {
                overtake();
            }
            awaitKeyframe(nowNs);
        }
    }

    /** Starts over at a keyframe, for a subscriber that has missed what was sent, such as before it was connected. */
    public void awaitKeyframe(long nowNs) {
        current = null;
        target = null;
        layerChanges++;
        // The next deadline lets go of the packets held, if nothing is forwarded until then.
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
        selectLayer(nowNs);
    }

    /** Goes on after a while in which nothing of the track was forwarded, as with a new source: without a gap. */
    public void resume(long nowNs) {
        awaitKeyframe(nowNs);
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
                && filter.isOpen()
                && !rewritesVp9
                && !takesPrimary
                && !offsetsChanged
                && !formatChanged
                && !awaitsParameters
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
            leaveOut(packet, out);
            return;
        }
        if (takesPrimary && !hasPrimary(packet)) {
            leaveOut(packet, out);
            return;
        }
        if (video && !passesFilter(packet)) {
            leaveOutOfPictures(packet.vp8());
            leaveOut(packet, out);
            return;
        }
        long sequence = sequences.translate(packet.sequence());
        if (sequence == SequenceTranslator.DROP) {
            drops.count(DropReason.RTP_TOO_OLD);
            return;
        }
        send(packet, out, sequence, nowNs);
    }

    /** Whether there is anything for a receiver without redundancy, which an encoder in a pause need not send. */
    private boolean hasPrimary(IncomingPacket packet) {
        RedPayload red = packet.red();
        if (red == null) {
            drops.count(DropReason.RTP_MALFORMED);
        }
        return red != null && red.primaryLength() > 0;
    }

    /** Whether the packet's layer is one that goes to this receiver. */
    private boolean passesFilter(IncomingPacket packet) {
        int pictureTimestamp = packet.rtp().timestamp();
        if (!packet.isNewest()) {
            return filter.passesLate(packet.layers(), pictureTimestamp);
        }
        int spatial = filter.spatial();
        int temporal = filter.temporal();
        int changes = filter.changes();
        boolean passes = filter.passes(packet.layers(), pictureTimestamp, packet.isNewPicture());
        if (changes != filter.changes()) {
            layerChanges += spatial != filter.spatial() || temporal != filter.temporal() ? 1 : 0;
            // Packets sent again have to end pictures, and to tell decode targets, as those of their time did.
            formatChanged = true;
        }
        return passes;
    }

    /** Notes what the picture ids of late packets become. */
    private void note() {
        sequences.note(pictureIds.pictureIdOffset());
    }

    /**
     * The receiver is not to miss this packet. In order, those after it move up; one that comes late has left its gap
     * already, which a packet without payload fills, as a receiver would go on asking for it.
     */
    private void leaveOut(IncomingPacket packet, PayloadFormat outFormat) {
        if (sequences.leaveOut(packet.sequence())) {
            offsetsChanged = true;
            note();
            return;
        }
        long sequence = sequences.translate(packet.sequence());
        OutgoingPacket filler = sequence == SequenceTranslator.DROP ? null : sink.begin();
        if (filler != null) {
            RtpPacket rtp = packet.rtp();
            int timestamp = timestamps.translate(rtp.timestamp(), packet.nowNs());
            header.begin(filler, outFormat.payloadType(), false, (int) sequence & 0xFFFF, timestamp, ssrc)
                    .finish(
                            filler,
                            rtp,
                            packet.extensions(),
                            false,
                            !reports.isSeen(),
                            descriptor.none(),
                            packet.nowNs());
            filler.payload(0, rtp.packet(), rtp.payloadOffset(), 0);
            filler.paddable(false);
            sink.send(filler);
            if (rtx != null) {
                rtx.filled(sequence);
            }
            sent(1, false, packet.nowNs());
        }
    }

    private void leaveOutOfPictures(@Nullable Vp8Descriptor vp8) {
        if (vp8 != null && vp8.pictureIdBits() == 15) {
            pictureIds.leaveOut(vp8.pictureId());
        }
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
                KeyframeListener.Reason reason =
                        current == null ? KeyframeListener.Reason.FIRST_PICTURE : KeyframeListener.Reason.LAYERS;
                requestKeyframe(layer, reason, nowNs);
            }
        }
        if (current == null) {
            requestFirstPicture(source, layer, nowNs);
        }
        wantLayers(layer, nowNs);
    }

    /** Where what is wanted has yet to be sent again by its publisher, something lower serves meanwhile. */
    private void requestFirstPicture(IngressTrack source, IngressStream wanted, long nowNs) {
        for (int i = 0; i < source.layers().size() && !wanted.isAlive(nowNs); i++) {
            if (source.layers().get(i).isAlive(nowNs)) {
                requestKeyframe(source.layers().get(i), KeyframeListener.Reason.FIRST_PICTURE, nowNs);
                return;
            }
        }
    }

    /** Bounds the layers within the stream being forwarded. */
    private void wantLayers(IngressStream wanted, long nowNs) {
        IngressStream stream = current;
        if (stream == null) {
            return;
        }
        filter.has(stream.maxSpatialId(), stream.maxTemporalId());
        if (stream == wanted) {
            filter.want(selector.maxSpatialId(), selector.maxTemporalId());
        } else if (wanted.bitrateBps(nowNs) < stream.bitrateBps(nowNs)) {
            // A lower encoding takes its keyframe to begin with: until it comes, as little as there is of this one.
            filter.want(LayerFilter.ALL, 0);
        }
        boolean awaited = awaitsLayers;
        awaitsLayers = filter.needsKeyframe();
        // One whose beginning was lost and came late is of no use, and nobody else would ask for another.
        boolean missed = awaited && !stream.awaitsKeyframe() && nowNs - layersAskedNs >= MISSED_KEYFRAME_NS;
        if (awaitsLayers && (!awaited || missed)) {
            layersAskedNs = nowNs;
            requestKeyframe(stream, KeyframeListener.Reason.LAYERS, nowNs);
        }
    }

    private void requestKeyframe(IngressStream stream, KeyframeListener.Reason reason, long nowNs) {
        long sentNs = stream.requestKeyframe(nowNs);
        if (video && sentNs != Long.MAX_VALUE) {
            keyframeListener.keyframeAsked(reason, sentNs, nowNs);
        }
    }

    /** What the selector says has changed: does now what would else be done within a fifth of a second. */
    public void reselect(long nowNs) {
        selectLayer(nowNs);
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
                requestKeyframe(stream, KeyframeListener.Reason.LATE_START, nowNs);
            }
            if (current == null) {
                drops.count(DropReason.AWAITING_KEYFRAME);
            }
            return false;
        }
        if (current != null && expectedBps(stream, nowNs) < expectedBps(current, nowNs)) {
            overtake();
        }
        current = stream;
        sequences.switchTo(packet.sequence());
        if (rtx != null) {
            rtx.begins(sequences.highestOut() + 1);
        }
        timestamps.switchTo(packet.rtp().timestamp(), packet.format().clockRateHz(), nowNs);
        filter.want(stream == target ? selector.maxSpatialId() : LayerFilter.ALL, selector.maxTemporalId());
        filter.has(stream.maxSpatialId(), stream.maxTemporalId());
        filter.restart();
        awaitsLayers = false;
        awaitsParameters = packet.format().codec() == Codec.H264;
        layerChanges++;
        switchFrames(packet);
        offsetsChanged = true;
        // The new relation of timestamps to time is worth a report at once: lips depend on it.
        nextReportNs = nowNs;
        return true;
    }

    private static long expectedBps(IngressStream stream, long nowNs) {
        return stream.expectedBps(stream.maxSpatialId(), stream.maxTemporalId(), nowNs);
    }

    /** On a slow link what waits of a layer that is left, or is repeated of it, would keep the next one waiting for a second. */
    private void overtake() {
        sink.overtake(ssrc, rtxSsrc);
        if (rtx != null) {
            rtx.overtaken(sequences.highestOut());
        }
    }

    private void switchFrames(IncomingPacket packet) {
        if (packet.layers().hasFrameNumber()) {
            frameNumbers.switchTo(packet.layers().frameNumber());
        }
        Vp8Descriptor vp8 = packet.vp8();
        Vp9Descriptor vp9 = packet.vp9();
        if (vp8 != null) {
            pictureIds.switchTo(vp8.pictureId(), vp8.tl0PicIdx());
        } else if (vp9 != null && !goesWithDescriptor(packet)) {
            pictureIds.switchTo(vp9.pictureId(), vp9.tl0PicIdx());
        }
        rewritesVp9 = vp9 != null && pictureIds.isRewriting();
        note();
    }

    private boolean goesWithDescriptor(IncomingPacket packet) {
        return packet.passesDescriptor() && header.takesDescriptors();
    }

    private @Nullable PayloadFormat outgoingFormat(PayloadFormat source) {
        if (!source.equals(sourceFormat)) {
            sourceFormat = source;
            format = payloadTypes.match(source);
            takesPrimary = format != null && format.isPrimaryOf(source);
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
        FrameLayers frame = incoming.layers();
        boolean marker = packet.marker() || endsPicture(incoming, frame);
        describe(incoming, frame);
        int sequence16 = (int) sequence & 0xFFFF;
        int headerLength = header.begin(out, outFormat.payloadType(), marker, sequence16, timestamp, ssrc)
                .finish(
                        out,
                        packet,
                        incoming.extensions(),
                        incoming.passesExtensions(),
                        !reports.isSeen(),
                        descriptor,
                        nowNs);
        if (headerLength + packet.payloadLength() + RESERVE > PacketPool.PACKET_CAPACITY) {
            drops.count(DropReason.OVERSIZED);
            return;
        }
        takeWholePayload(out, incoming);
        out.paddable(video);
        sink.send(out);
        octets += out.length() - headerLength;
        boolean repeatable = rtx != null && outFormat.rtxPayloadType() >= 0;
        incoming.sent(repeatable);
        sent(1, repeatable, nowNs);
        if (rtx == null || !repeatable) {
            offsetsChanged = false; // Nobody can ask what they were.
            formatChanged = false;
        } else if ((offsetsChanged || formatChanged) && sequence == sequences.highestOut()) {
            // Not for a late packet, which is of an older span.
            beginSpan(rtx.spans(), incoming, outFormat, sequence);
        }
        if (awaitsParameters && incoming.keyframeStart() && incoming.isNewest()) {
            awaitsParameters = false;
            // Receivers do not wait for it (https://crbug.com/webrtc/7106), and decode by the parameters they have.
            if (rtx != null && repeatable && !goesWithDescriptor(incoming)) {
                rtx.repeatAtOnce(incoming, outFormat.rtxPayloadType(), sequence, timestamp);
            }
        }
    }

    /** Notes what this packet and those after it are made from. */
    private void beginSpan(SentSpans spans, IncomingPacket packet, PayloadFormat outFormat, long sequence) {
        long first = offsetsChanged ? sequences.spanStart() : sequence;
        offsetsChanged = false;
        formatChanged = false;
        boolean rewrites = outFormat.codec() == Codec.VP8 || rewritesVp9;
        FrameLayers frame = packet.layers();
        int lastSpatialId = filter.isOpen() || filter.spatial() == LayerFilter.ALL ? -1 : filter.spatial();
        spans.begin(first)
                .from(packet.stream(), sequences.spanOffset())
                .timestamps(timestamps.offset())
                .pictureIds(rewrites ? pictureIds.pictureIdOffset() : 0, rewrites ? pictureIds.tl0PicIdxOffset() : 0)
                .frameNumbers(frameNumbers.offset())
                .layers(
                        goesWithDescriptor(packet),
                        lastSpatialId,
                        filter.tellsTargets(frame) ? filter.activeTargets(frame) : SentSpans.AS_SENT)
                .repeatedAs(outFormat.codec(), outFormat.rtxPayloadType())
                .primaryOf(takesPrimary ? packet.format().payloadType() : SentSpans.WHOLE);
    }

    /** Whether the packet ends its picture here though it does not at the source: the layers above it are dropped. */
    private boolean endsPicture(IncomingPacket packet, FrameLayers frame) {
        if (filter.isOpen() && packet.isNewest() || !frame.endOfFrame()) {
            return false;
        }
        int timestamp = packet.rtp().timestamp();
        return frame.spatialId() == (packet.isNewest() ? filter.spatial() : filter.spatialOf(timestamp));
    }

    /** Says what becomes of the packet's dependency descriptor. */
    private void describe(IncomingPacket packet, FrameLayers frame) {
        descriptor.none();
        if (frame.hasFrameNumber()) {
            int frameNumber = frameNumbers.translate(frame.frameNumber());
            if (goesWithDescriptor(packet)) {
                descriptor.renumbered(frameNumber);
                if (packet.isNewest() && filter.tellsTargets(frame)) {
                    descriptor.tell(frame, filter.activeTargets(frame));
                }
            }
        }
    }

    /** As {@link #takePayload}, for packets that may be late or of VP9. */
    private void takeWholePayload(OutgoingPacket out, IncomingPacket incoming) {
        RtpPacket packet = incoming.rtp();
        Vp8Descriptor vp8 = incoming.vp8();
        Vp9Descriptor vp9 = incoming.vp9();
        RedPayload red = incoming.red();
        if (red != null && takesPrimary) {
            out.payload(0, packet.packet(), red.primaryOffset(), red.primaryLength());
        } else if (vp9 != null && rewritesVp9) {
            int pictureId = pictureIds.pictureId(Math.max(0, vp9.pictureId()), vp9.pictureIdBits() == 15);
            int offset = startPrefix(out, packet, vp9.length());
            vp9.rewrite(out.head(), offset, pictureId, pictureIds.tl0PicIdx(Math.max(0, vp9.tl0PicIdx())));
        } else if (vp8 != null && !incoming.isNewest() && pictureIds.isRewriting()) {
            int then = sequences.noteOf(incoming.sequence());
            int pictureId =
                    PictureIdTranslator.pictureId(Math.max(0, vp8.pictureId()), vp8.pictureIdBits() == 15, then);
            int offset = startPrefix(out, packet, vp8.length());
            vp8.rewrite(
                    out.head(), offset, pictureId, pictureIds.tl0PicIdx(Math.max(0, vp8.tl0PicIdx())), vp8.keyIdx());
        } else {
            takePayload(out, packet, vp8);
        }
    }

    /** Copies the front of the payload behind the header, to be written over; returns where it is. */
    private static int startPrefix(OutgoingPacket out, RtpPacket packet, int length) {
        int offset = out.headerLength();
        out.head().copyFrom(offset, packet.packet(), packet.payloadOffset(), length);
        out.payload(length, packet.packet(), packet.payloadOffset() + length, packet.payloadLength() - length);
        return offset;
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
        } else if (rtx.onNack(nack, sequences.highestOut(), nowNs) && current != null) {
            awaitsParameters = current.format().codec() == Codec.H264;
            requestKeyframe(current, KeyframeListener.Reason.RECEIVER, nowNs);
        }
    }

    /**
     * Sends about {@code bytes} that a receiver has no need of, to probe the way there: repetitions of what was sent last,
     * or padding where nothing was but something is to come. Returns how many bytes that were.
     */
    public int sendPadding(int bytes, long nowNs) {
        int paddingType = track == null ? -1 : payloadTypes.retransmission();
        return rtx == null ? 0 : rtx.sendPadding(bytes, sequences.highestOut(), paddingType, nowNs);
    }

    /** A PLI or FIR for this stream's SSRC. */
    public void onKeyframeRequest(long nowNs) {
        IngressStream stream = current != null ? current : target;
        if (stream != null) {
            requestKeyframe(stream, KeyframeListener.Reason.RECEIVER, nowNs);
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

    /** The highest spatial layer of it that is forwarded, {@link LayerFilter#ALL} while none is held back. */
    public int spatialLayer() {
        return filter.spatial();
    }

    /** The same of its temporal layers. */
    public int temporalLayer() {
        return filter.temporal();
    }

    /** The layer that is waited for, or the one being forwarded; {@code null} while nothing is wanted. */
    public @Nullable IngressStream targetLayer() {
        return target;
    }

    /** Counts the changes of what {@link #currentLayer}, {@link #spatialLayer} and {@link #temporalLayer} say. */
    public int layerChanges() {
        return layerChanges;
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

package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.layers.Layer;
import dev.parley.sfu.layers.LayerReader;
import dev.parley.sfu.layers.TrackDemand;
import dev.parley.sfu.rtp.AudioLevel;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.KeyframeDetector;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.rtp.VideoLayersAllocation;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.time.SequenceUnwrapper;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One media SSRC of a publisher, with its retransmissions: a track has one, or with simulcast one an encoding. It counts,
 * finds losses and keyframes, and hands each packet on once, in the order of arrival. Owned by the shard.
 *
 * <p>Packets given to it are authenticated and decrypted. It writes no RTCP: its owner asks when the deadline comes.
 */
public final class IngressStream implements Layer {
    /** Where packets go on to. */
    public interface Listener {
        /** A packet of the stream, new to it; both flyweights are only valid during the call. */
        void onPacket(IngressStream stream, RtpPacket packet, long nowNs);

        /** Somebody wants a keyframe: {@link #nextDeadlineNs()} may be earlier than it was. */
        default void deadlineMoved(IngressStream stream, long nowNs) {}

        /** The publisher says which layers of the stream's section it sends; a flyweight as well. */
        default void allocated(IngressStream stream, VideoLayersAllocation allocation) {}
    }

    private static final int INITIAL_KEPT = 128;
    /** A second of 20 Mbit/s. */
    private static final int MAX_KEPT = 2_048;

    private static final long KEPT_NS = 1_000_000_000L;
    /** How long a publisher may take to send a layer again that it was told to stop. */
    private static final long RESUMES_NS = 4_000_000_000L;
    /** A few frames at the lowest rates of cameras. */
    private static final long FLOWING_NS = 300_000_000L;
    /** Over so long rates are measured. */
    private static final long MEASURABLE_NS = 1_000_000_000L;
    /** For so long a stream that has begun comes to its rate. */
    private static final long SETTLING_NS = 4_000_000_000L;

    private final Listener listener;
    private IngressSettings settings;
    private int ddExtensionId;
    private int allocationExtensionId;
    private int audioLevelExtensionId;

    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final SequenceUnwrapper rtxSequences = new SequenceUnwrapper();
    private final DuplicateWindow duplicates = new DuplicateWindow();
    private final KeyframeDetector keyframes = new KeyframeDetector();
    private final NackGenerator nacks = new NackGenerator();
    private final KeyframeRequestThrottle keyframeRequests = new KeyframeRequestThrottle();
    private final ReceptionStats stats = new ReceptionStats(0);
    private final ReceptionStats rtxStats = new ReceptionStats(0);
    private final RedundantAudio redundancy = new RedundantAudio();
    private final LayerRates rates = new LayerRates();
    private final LayerReader layerReader = new LayerReader();
    private final LayerSizes sizes = new LayerSizes();
    private final VideoLayersAllocation allocation = new VideoLayersAllocation();
    private final PacketHistory history = new PacketHistory(INITIAL_KEPT, MAX_KEPT, KEPT_NS);
    private final SenderClock clock;

    private int rtxSsrc;
    private int clockRateHz;
    private long highest = Long.MIN_VALUE;
    /** The timestamp of the packet with the highest number. */
    private int newestTimestamp;

    private boolean newPicture;

    private long lastPacketNs = Long.MIN_VALUE;
    private long flowingSinceNs;
    private boolean suspended;
    private long resumesUntilNs = Long.MIN_VALUE;

    // What is known of the packet that the listener is being given.
    private @Nullable PayloadFormat format;
    private long sequence;
    private boolean keyframeStart;
    private int audioLevel = -1;
    private boolean passesExtensions;
    private boolean describesLayers;
    private boolean passesDescriptor;
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private boolean vp8Known;

    /** A stream of a publisher whose clock is {@code publisherClock}, shared by all of its streams. */
    public IngressStream(IngressSettings settings, PublisherClock publisherClock, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        clock = new SenderClock(publisherClock, 0);
        useExtensionsOf(settings);
    }

    /** Takes over what a new offer has changed. SSRC and rid stay. */
    public void renegotiated(IngressSettings newSettings) {
        settings = newSettings;
        useExtensionsOf(newSettings);
    }

    private void useExtensionsOf(IngressSettings from) {
        ddExtensionId = from.extensions().id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        audioLevelExtensionId = from.extensions().id(RtpExtension.AUDIO_LEVEL);
        allocationExtensionId = from.extensions().id(RtpExtension.LAYERS_ALLOCATION);
    }

    /** A decrypted packet of the media SSRC. Tells why it went no further, or {@code null}. */
    public @Nullable DropReason onRtp(RtpPacket packet, long nowNs) {
        PayloadFormat packetFormat = settings.payloadTypes().format(packet.payloadType());
        if (packetFormat == null) {
            return DropReason.RTP_UNKNOWN_PAYLOAD_TYPE;
        }
        long extended = sequences.peek(packet.sequenceNumber());
        if (duplicates.isTooOld(extended)) {
            return DropReason.RTP_TOO_OLD;
        }
        sequences.unwrap(packet.sequenceNumber());
        useClockOf(packetFormat);
        // RFC 3550 A.3: duplicates count as received, which is why the loss can be negative.
        stats.received(extended, packet.timestamp(), packet.packet().length(), nowNs);
        if (!duplicates.add(extended)) {
            return DropReason.RTP_DUPLICATE;
        }
        if (settings.nack()) {
            nacks.received(extended, nowNs);
        }
        if (extended > highest) {
            clock.observe(packet.timestamp(), nowNs);
        }
        if (packetFormat.codec() == Codec.RED && extended > highest + 1 && highest != Long.MIN_VALUE) {
            restoreLost(packet, extended, nowNs);
        }
        deliver(packet, packetFormat, extended, nowNs);
        return null;
    }

    /**
     * Delivers what was lost right before the packet, as far as it repeats it: the oldest first, so that each is in order.
     * For receivers it is as if it had come, also should it still do so; in reports it stays lost.
     */
    private void restoreLost(RtpPacket carrier, long extended, long nowNs) {
        int back = (int) Math.min(extended - highest - 1, redundancy.count(carrier));
        for (; back > 0; back--) {
            RtpPacket restored = redundancy.restore(carrier, back, newestTimestamp, settings.payloadTypes());
            if (restored != null) {
                PayloadFormat plain =
                        Objects.requireNonNull(settings.payloadTypes().format(restored.payloadType()));
                duplicates.add(extended - back);
                nacks.recovered(extended - back);
                deliver(restored, plain, extended - back, nowNs);
                restored.packet().release();
            }
        }
    }

    /**
     * A decrypted packet of the RTX SSRC: restored in place to what it repeats (RFC 4588 §4), then as {@link #onRtp}. One
     * without a payload, as senders use it to probe, is only counted.
     */
    public @Nullable DropReason onRtx(RtpPacket packet, long nowNs) {
        int payloadType = settings.payloadTypes().originalOf(packet.payloadType());
        PayloadFormat packetFormat =
                payloadType < 0 ? null : settings.payloadTypes().format(payloadType);
        if (packetFormat == null) {
            return DropReason.RTP_UNKNOWN_PAYLOAD_TYPE;
        }
        useClockOf(packetFormat);
        rtxStats.received(
                rtxSequences.unwrap(packet.sequenceNumber()),
                packet.timestamp(),
                packet.packet().length(),
                nowNs);
        int original = RtxPayload.originalSequenceNumber(packet);
        if (original < 0) {
            return null;
        }
        long extended = sequences.peek(original);
        if (duplicates.isTooOld(extended)) {
            return DropReason.RTP_TOO_OLD;
        }
        if (!restore(packet, payloadType, original)) {
            return DropReason.RTP_MALFORMED;
        }
        sequences.unwrap(original);
        if (extended <= highest) {
            nacks.recovered(extended);
        } else if (settings.nack()) {
            nacks.received(extended, nowNs);
        }
        if (!duplicates.add(extended)) {
            return DropReason.RTP_DUPLICATE;
        }
        deliver(packet, packetFormat, extended, nowNs);
        return null;
    }

    /**
     * Moves the header over the two bytes of the original sequence number, so that the payload stays where it is.
     * Before: header (12 + extensions) | OSN | payload. After: two bytes shorter, beginning two bytes later.
     */
    private boolean restore(RtpPacket packet, int payloadType, int original) {
        PacketBuffer buffer = packet.packet();
        buffer.copyFrom(RtxPayload.HEADER_LENGTH, buffer, 0, packet.headerLength());
        buffer.trimFront(RtxPayload.HEADER_LENGTH);
        buffer.putU8(1, (packet.marker() ? 0x80 : 0) | payloadType);
        buffer.putU16(2, original);
        buffer.putI32(8, settings.ssrc());
        return packet.wrap(buffer) && packet.refreshPayload();
    }

    private void deliver(RtpPacket packet, PayloadFormat packetFormat, long extended, long nowNs) {
        format = packetFormat;
        sequence = extended;
        newPicture = extended > highest && (highest == Long.MIN_VALUE || packet.timestamp() != newestTimestamp);
        boolean beginsPicture = newPicture && extended == highest + 1;
        if (extended > highest) {
            highest = extended;
            newestTimestamp = packet.timestamp();
        }
        flowingSinceNs = isFlowing(nowNs) ? flowingSinceNs : nowNs;
        lastPacketNs = nowNs;
        resumesUntilNs = Long.MIN_VALUE; // It has.
        history.expire(nowNs);
        audioLevel = audioLevelExtensionId == 0 ? -1 : AudioLevel.level(packet, audioLevelExtensionId);
        passesExtensions = EgressHeader.anyPasses(packet, settings.extensions());
        vp8Known = packetFormat.codec() == Codec.VP8 && vp8.wrap(packet);
        readLayers(packet, packetFormat.codec(), nowNs);
        keyframeStart = settings.video()
                && packet.payloadLength() > 0
                && keyframes.isKeyframeStart(packetFormat.codec(), packet, ddExtensionId, beginsPicture);
        if (keyframeStart) {
            keyframeRequests.keyframe();
            nacks.keyframe(extended);
        }
        if (nacks.takeKeyframeNeeded() && settings.video()) {
            keyframeRequests.ask(nowNs);
        }
        listener.onPacket(this, packet, nowNs);
    }

    private void readLayers(RtpPacket packet, Codec codec, long nowNs) {
        FrameLayers frame = layerReader.frame();
        if (settings.video() && packet.payloadLength() > 0) {
            frame = layerReader.read(codec, packet, ddExtensionId, vp8(), isNewest());
            sizes.see(packet, frame, vp8());
        }
        // Receivers of one spatial layer have all that they need in payload descriptors, and shorter headers without
        // it.
        // Once it has been passed it is always, as receivers that read it read nothing else.
        describesLayers |= frame.hasFrameNumber() && layerReader.maxSpatialId() > 0;
        passesDescriptor = describesLayers && frame.hasFrameNumber();
        rates.add(frame, packet.packet().length(), packet.marker(), nowNs);
        if (allocationExtensionId != 0 && isNewest() && allocation.wrap(packet, allocationExtensionId)) {
            sizes.allocated(allocation);
            listener.allocated(this, allocation);
        }
    }

    /** Reads a packet of the past, with what is known of the stream's structure now; valid until the next packet. */
    FrameLayers readAgain(RtpPacket packet, RtpExtensionMap extensions) {
        int id = extensions.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        Codec codec = format == null ? Codec.RTX : format.codec();
        return layerReader.read(codec, packet, id, null, false);
    }

    private void useClockOf(PayloadFormat packetFormat) {
        if (packetFormat.clockRateHz() != clockRateHz) {
            clockRateHz = packetFormat.clockRateHz();
            stats.clockRate(clockRateHz);
            rtxStats.clockRate(clockRateHz);
            clock.clockRate(clockRateHz);
        }
    }

    /** A sender report of this SSRC. */
    public void onSenderReport(long ntp, int rtpTimestamp, long nowNs) {
        stats.senderReport(ntp, nowNs);
        if (clockRateHz != 0) {
            clock.senderReport(ntp, rtpTimestamp, nowNs);
        }
    }

    /**
     * Takes over what another shard, which gets the publisher's reports, knows of its clock; see {@link #clock()}.
     *
     * @param offsetNs from the publisher's NTP time to the server's clock
     */
    public void adoptClock(int hz, long reportNtp, int reportTimestamp, long offsetNs) {
        if (hz != clockRateHz) {
            clockRateHz = hz;
            stats.clockRate(hz);
            clock.clockRate(hz);
        }
        clock.adopt(reportNtp, reportTimestamp, offsetNs);
    }

    /** The publisher says that it stops sending (RFC 3550 §6.6), perhaps for a while: its next packet resumes. */
    public void onBye() {
        lastPacketNs = Long.MIN_VALUE;
    }

    /**
     * A receiver needs a keyframe; {@link #takeKeyframeRequest} tells when to ask the publisher. Returns when that will be,
     * {@link Long#MAX_VALUE} for never.
     */
    public long requestKeyframe(long nowNs) {
        if (!settings.video()) {
            return Long.MAX_VALUE;
        }
        long sentNs = keyframeRequests.ask(nowNs);
        listener.deadlineMoved(this, nowNs);
        return sentNs;
    }

    /** Whether a keyframe has been asked for and none has begun to arrive since. */
    boolean awaitsKeyframe() {
        return keyframeRequests.nextDeadlineNs() != Long.MAX_VALUE;
    }

    /** Whether a PLI (or FIR) is to be sent to the publisher now; true counts it as sent. */
    public boolean takeKeyframeRequest(long nowNs) {
        return keyframeRequests.takeDue(nowNs);
    }

    /**
     * Writes the sequence numbers to be asked for now, in rising order, and returns how many.
     *
     * @param rttNs round trip to the publisher, 0 when unknown
     */
    public int takeNacks(long nowNs, long rttNs, int[] out) {
        return nacks.due(nowNs, rttNs, out);
    }

    /** When {@link #takeNacks} or {@link #takeKeyframeRequest} next has something to say. */
    public long nextDeadlineNs() {
        return Math.min(nacks.nextDeadlineNs(), keyframeRequests.nextDeadlineNs());
    }

    public IngressSettings settings() {
        return settings;
    }

    /** In Hz, of the timestamps; 0 until a packet has come. */
    public int clockRateHz() {
        return clockRateHz;
    }

    public int ssrc() {
        return settings.ssrc();
    }

    /** The SSRC of the retransmissions, 0 until it is known. */
    public int rtxSsrc() {
        return rtxSsrc;
    }

    public void rtxSsrc(int ssrc) {
        rtxSsrc = ssrc;
    }

    public boolean isVideo() {
        return settings.video();
    }

    public @Nullable String rid() {
        return settings.rid();
    }

    public RtpExtensionMap extensions() {
        return settings.extensions();
    }

    /** Loss and jitter of the media SSRC, for its report block. */
    public ReceptionStats stats() {
        return stats;
    }

    /** Loss and jitter of the RTX SSRC, for its report block. */
    public ReceptionStats rtxStats() {
        return rtxStats;
    }

    public NackGenerator nackGenerator() {
        return nacks;
    }

    public KeyframeRequestThrottle keyframeRequests() {
        return keyframeRequests;
    }

    /** Packets that went on and may be asked for again. */
    PacketHistory history() {
        return history;
    }

    /** Which RTP timestamp belongs to which time of the server. */
    public SenderClock clock() {
        return clock;
    }

    @Override
    public long lastPacketNs() {
        return lastPacketNs;
    }

    @Override
    public long bitrateBps(long nowNs) {
        return rates.bitrateBps(nowNs);
    }

    @Override
    public long bitrateBps(int spatialId, int temporalId, long nowNs) {
        return rates.bitrateBps(spatialId, temporalId, nowNs);
    }

    @Override
    public int maxSpatialId() {
        return layerReader.maxSpatialId();
    }

    @Override
    public int maxTemporalId() {
        return rates.maxTemporalId();
    }

    @Override
    public int widthPx(int spatialId) {
        int told = sizes.width(spatialId);
        return told > 0 ? told : layerReader.width(spatialId);
    }

    @Override
    public int heightPx(int spatialId) {
        int told = sizes.height(spatialId);
        return told > 0 ? told : layerReader.height(spatialId);
    }

    @Override
    public double framesPerSecond(int temporalId, long nowNs) {
        return rates.framesPerSecond(temporalId, nowNs);
    }

    @Override
    public boolean isAvailable(long nowNs) {
        return suspended || nowNs < resumesUntilNs || Layer.super.isAvailable(nowNs);
    }

    @Override
    public long expectedBps(int spatialId, int temporalId, long nowNs) {
        // What is measured of a stream that has just stopped falls to nothing within a second, and says nothing.
        long measured = isFlowing(nowNs) ? rates.bitrateBps(spatialId, temporalId, nowNs) : 0;
        long remembered = rates.rememberedBps(spatialId, temporalId);
        if (measured > 0 && nowNs - flowingSinceNs < SETTLING_NS) {
            // An encoder that begins takes its time to come to its rate: who takes the layer for that would soon lose
            // it.
            long meant = temporalId >= maxTemporalId() ? meantBps(spatialId, nowNs) : 0;
            return Math.max(measured, Math.max(remembered, meant));
        }
        if (measured > 0) {
            return measured;
        }
        long meant = sizes.bitrateBps(spatialId);
        // One that was stopped while it began is remembered by its first keyframes, which are many times its rate.
        return remembered > 0 && (meant == 0 || remembered < meant) ? remembered : meant;
    }

    /** What the publisher means to spend on a stream that has just begun; of less than a second the rate says little. */
    private long meantBps(int spatialId, long nowNs) {
        long told = sizes.bitrateBps(spatialId);
        boolean isYoung = nowNs - flowingSinceNs < MEASURABLE_NS;
        return told == 0 && isYoung ? TrackDemand.assumedBps(sizes.width(spatialId), sizes.height(spatialId)) : told;
    }

    /** Whether packets have come in the last moments. */
    public boolean isFlowing(long nowNs) {
        return lastPacketNs != Long.MIN_VALUE && nowNs - lastPacketNs <= FLOWING_NS;
    }

    /** Whether the publisher has been told to stop it, and so would send it again if it were told to. */
    public boolean isSuspended() {
        return suspended;
    }

    /** The publisher is told to stop it, or to send it again. */
    public void suspend(boolean nowSuspended, long nowNs) {
        suspended = nowSuspended;
        resumesUntilNs = nowSuspended ? Long.MIN_VALUE : nowNs + RESUMES_NS;
    }

    /** What is known of the sizes of its pictures, and of how the publisher divides its rate. */
    LayerSizes sizes() {
        return sizes;
    }

    /** The format of the packet being delivered. */
    public PayloadFormat format() {
        PayloadFormat current = format;
        if (current == null) {
            throw new IllegalStateException("no packet has been delivered");
        }
        return current;
    }

    /** The unwrapped sequence number of the packet being delivered. */
    public long sequence() {
        return sequence;
    }

    /** Whether the packet being delivered is in order: no later one was before it. */
    public boolean isNewest() {
        return sequence == highest;
    }

    /** Whether it came in order and is of another picture than those before it, be it its first packet or not. */
    boolean isNewPicture() {
        return newPicture;
    }

    /** Whether the packet being delivered starts a keyframe; always false for audio. */
    public boolean keyframeStart() {
        return keyframeStart;
    }

    /** What the packet being delivered says of its frame's layers. */
    FrameLayers layers() {
        return layerReader.frame();
    }

    /** Whether receivers are to see the dependency descriptor of the packet being delivered. */
    boolean passesDescriptor() {
        return passesDescriptor;
    }

    /** Whether the packet being delivered has header extensions that receivers are to see. */
    boolean passesExtensions() {
        return passesExtensions;
    }

    /** The VP8 descriptor of the packet being delivered, or {@code null} when it has none. */
    @Nullable
    Vp8Descriptor vp8() {
        return vp8Known ? vp8 : null;
    }

    /** The audio level of the packet being delivered, 0 (loudest) to 127 in −dBov, or -1 when it tells none. */
    public int audioLevel() {
        return audioLevel;
    }
}

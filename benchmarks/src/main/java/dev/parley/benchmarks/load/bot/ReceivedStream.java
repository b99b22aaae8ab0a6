package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import dev.parley.sfu.stream.NackGenerator;
import dev.parley.sfu.stream.ReceptionStats;
import dev.parley.sfu.time.SequenceUnwrapper;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A stream that a bot receives: what is missing, what it is asked for, and what it is checked against. */
final class ReceivedStream {
    /** Older than this is not what was sent, but what was sent the last time the clip was played. */
    private static final long OLDEST_NS = 5_000_000_000L;

    private static final long PLI_INTERVAL_NS = 500_000_000L;

    private final Totals totals;
    private final Codec codec;
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final NackGenerator nacks = new NackGenerator();
    private final ReceptionStats stats;
    private final FrameChecker checker;
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final CRC32C sum = new CRC32C();
    private @Nullable SentTrack track;
    private @Nullable PacketizedClip clip;
    private int ssrc;
    private int lastNumber = PacketizedClip.UNKNOWN;
    private long nextPliNs;
    private long packets;
    private long packetsAtLook;

    ReceivedStream(Codec codec, Totals totals) {
        this.codec = codec;
        this.totals = totals;
        this.stats = new ReceptionStats(codec.isAudio() ? 48_000 : 90_000);
        this.checker = new FrameChecker(totals);
    }

    /** Says what it shows from now on. */
    void expect(@Nullable SentTrack shown) {
        track = shown;
        clip = shown == null ? null : shown.packets();
        lastNumber = PacketizedClip.UNKNOWN;
        if (shown != null) {
            checker.clip(shown.packets());
        }
    }

    boolean isExpected() {
        return track != null;
    }

    void ssrc(int value) {
        ssrc = value;
    }

    int ssrc() {
        return ssrc;
    }

    /** Media packets that came, retransmissions apart. */
    long packets() {
        return packets;
    }

    /** Whether it is to show something and nothing has come since the last call. */
    boolean takeSilent() {
        boolean silent = track != null && packets == packetsAtLook;
        packetsAtLook = packets;
        return silent;
    }

    ReceptionStats stats() {
        return stats;
    }

    /** A decrypted packet of the stream itself. */
    void onMedia(RtpPacket rtp, long arrivalNs, long nowNs) {
        long sequence = sequences.unwrap(rtp.sequenceNumber());
        stats.received(sequence, rtp.timestamp(), rtp.packet().length(), nowNs);
        if (codec.isVideo()) {
            nacks.received(sequence, nowNs);
        }
        if (rtp.payloadLength() == 0) {
            checker.received(sequence, FrameChecker.PADDING, nowNs);
            return;
        }
        packets++;
        totals.packetsReceived++;
        totals.bytesReceived += rtp.packet().length();
        int number = identify(rtp.packet(), rtp.payloadOffset(), rtp.payloadLength());
        lastNumber = number < 0 ? lastNumber : number;
        if (number >= 0) {
            note(number, arrivalNs);
        }
        checker.received(sequence, number, nowNs);
    }

    /** A retransmission, with the original's sequence number before the payload. */
    void onRetransmission(RtpPacket rtp, int original, long nowNs) {
        long sequence = sequences.peek(original);
        nacks.recovered(sequence);
        totals.recovered++;
        int number = identify(rtp.packet(), rtp.payloadOffset() + 2, rtp.payloadLength() - 2);
        checker.received(sequence, number, nowNs);
    }

    /** The packet's number in the clip. */
    private int identify(PacketBuffer packet, int offset, int length) {
        PacketizedClip shown = clip;
        if (shown == null) {
            totals.unexpected++;
            return FrameChecker.PADDING;
        }
        int descriptor = descriptorBytes(packet, offset, length);
        int number = FrameChecker.CORRUPT;
        if (descriptor >= 0 && descriptor < length) {
            sum.reset();
            sum.update(packet.nio(offset + descriptor, length - descriptor));
            number = shown.find((int) sum.getValue(), length - descriptor, lastNumber);
        }
        if (number < 0) {
            totals.corrupt++;
            return FrameChecker.CORRUPT;
        }
        return number;
    }

    private int descriptorBytes(PacketBuffer packet, int offset, int length) {
        return switch (codec) {
            case VP8 -> vp8.wrap(packet, offset, length) ? vp8.length() : -1;
            case VP9 -> vp9.wrap(packet, offset, length) ? vp9.length() : -1;
            default -> 0;
        };
    }

    private void note(int number, long arrivalNs) {
        SentTrack from = track;
        PacketizedClip shown = clip;
        if (from == null || shown == null) {
            return;
        }
        long latencyNs = arrivalNs - from.sentNs(number, arrivalNs);
        if (latencyNs < 0 || latencyNs > OLDEST_NS) {
            totals.misdated++;
        } else {
            totals.latency(latencyNs);
        }
        if (codec.isVideo()) {
            int layer = shown.encodings() > 1 ? shown.encodingOf(number) : spatialId(shown, number);
            totals.layerPackets[Math.min(layer, Totals.LAYERS - 1)]++;
        }
    }

    private static int spatialId(PacketizedClip shown, int number) {
        return shown.encoding(0).frame(shown.encoding(0).frameOf(number)).spatialId();
    }

    // --- feedback --------------------------------------------------------------------------------------------------

    /** Asks for what is missing, and for a keyframe if nothing else helps. */
    void feedback(RtcpWriter writer, int from, int[] lost, long nowNs) {
        checker.onTimer(nowNs);
        if (packets == 0 || !codec.isVideo() || track == null) {
            return;
        }
        int count = nacks.due(nowNs, 0, lost);
        if (count > 0) {
            totals.nacks += count;
            int _ = writer.nack(from, ssrc, lost, count);
        }
        boolean keyframe = nacks.takeKeyframeNeeded() || checker.needsKeyframe();
        if (keyframe && nowNs >= nextPliNs && writer.pli(from, ssrc)) {
            nextPliNs = nowNs + PLI_INTERVAL_NS;
            totals.plis++;
        }
    }

    /** Adds what is to be reported of it; false when the report is full. */
    boolean report(RtcpWriter writer, long nowNs) {
        if (!stats.hasStarted()) {
            return true;
        }
        stats.closeInterval();
        return writer.reportBlock(
                ssrc,
                stats.fractionLost(),
                stats.cumulativeLost(),
                Integer.toUnsignedLong(stats.extendedHighestSequence()),
                stats.jitter(),
                stats.lastSr(),
                stats.delaySinceLastSr(nowNs));
    }
}

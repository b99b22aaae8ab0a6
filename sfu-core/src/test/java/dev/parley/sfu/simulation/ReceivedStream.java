package dev.parley.sfu.simulation;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.rtp.RedPayload;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.stream.NackGenerator;
import dev.parley.sfu.stream.ReceptionStats;
import dev.parley.sfu.time.NtpTime;
import dev.parley.sfu.time.SequenceUnwrapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a client has received in one slot, and what a decoder would say of it. */
public final class ReceivedStream {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final MediaKind kind;
    private final int ssrc;
    private final int rtxSsrc;
    private final int clockRateHz;
    private final RedPayload red = new RedPayload();
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final Map<Long, Arrival> arrivals = new TreeMap<>();
    private final NackGenerator nacks = new NackGenerator();
    private final ReceptionStats stats;
    private long duplicates;
    private long broken;
    private long repaired;
    private long keyframes;
    private long lastArrivalNs = Long.MIN_VALUE;
    private long firstCompleteNs = Long.MIN_VALUE;
    private long senderReports;
    private long reportNtpNs;
    private int reportTimestamp;

    /** One packet, however often it came. */
    record Arrival(
            long sequence,
            int timestamp,
            boolean marker,
            int payloadType,
            SimulatedPayload payload,
            long atNs,
            boolean byRtx) {}

    ReceivedStream(MediaKind kind, int ssrc, int rtxSsrc) {
        this.kind = kind;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.clockRateHz = isVideo() ? 90_000 : 48_000;
        this.stats = new ReceptionStats(clockRateHz);
    }

    int ssrc() {
        return ssrc;
    }

    int rtxSsrc() {
        return rtxSsrc;
    }

    boolean isVideo() {
        return kind == MediaKind.VIDEO;
    }

    NackGenerator nacks() {
        return nacks;
    }

    ReceptionStats stats() {
        return stats;
    }

    /** A decrypted packet of the media or the RTX SSRC. */
    void onPacket(RtpPacket rtp, long nowNs) {
        boolean byRtx = rtxSsrc != 0 && rtp.ssrc() == rtxSsrc;
        int sequence16 = byRtx ? RtxPayload.originalSequenceNumber(rtp) : rtp.sequenceNumber();
        int offset = rtp.payloadOffset() + (byRtx ? RtxPayload.HEADER_LENGTH : 0);
        if (!isVideo() && rtp.payloadType() == SimulatedOffer.RED && red.wrap(rtp)) {
            offset = red.primaryOffset();
        }
        SimulatedPayload payload = SimulatedPayload.read(rtp, offset, isVideo());
        if (payload == null || byRtx && arrivals.isEmpty()) {
            broken++;
            return;
        }
        long sequence = sequences.unwrap(sequence16);
        if (byRtx) {
            nacks.recovered(sequence);
        } else {
            nacks.received(sequence, nowNs);
            stats.received(sequence, rtp.timestamp(), rtp.packet().length(), nowNs);
        }
        Arrival arrival =
                new Arrival(sequence, rtp.timestamp(), rtp.marker(), rtp.payloadType(), payload, nowNs, byRtx);
        if (arrivals.putIfAbsent(sequence, arrival) != null) {
            duplicates++;
            return;
        }
        lastArrivalNs = nowNs;
        repaired += byRtx ? 1 : 0;
        keyframes += payload.keyframe() && payload.index() == 0 ? 1 : 0;
        if (firstCompleteNs == Long.MIN_VALUE && rtp.marker()) {
            firstCompleteNs = nowNs;
        }
    }

    void onSenderReport(long ntp, int rtpTimestamp, long nowNs) {
        senderReports++;
        reportNtpNs = NtpTime.toNs(ntp);
        reportTimestamp = rtpTimestamp;
        stats.senderReport(ntp, nowNs);
    }

    // --- what has come --------------------------------------------------------------------------------------------

    public long packets() {
        return arrivals.size();
    }

    /** Packets that came more than once. */
    public long duplicates() {
        return duplicates;
    }

    /** Packets that made no sense. */
    long broken() {
        return broken;
    }

    /** Packets that first came as a retransmission. */
    public long repaired() {
        return repaired;
    }

    public long keyframes() {
        return keyframes;
    }

    public long senderReports() {
        return senderReports;
    }

    /** Sequence numbers between the first and the last that have not come at all. */
    public long missing() {
        return arrivals.isEmpty() ? 0 : last().sequence() - first().sequence() + 1 - arrivals.size();
    }

    /** Sequence numbers that have not come by themselves. */
    public long lost() {
        return missing() + repaired;
    }

    long lastArrivalNs() {
        return lastArrivalNs;
    }

    /** When the last packet of the first frame came. */
    long firstCompleteNs() {
        return firstCompleteNs;
    }

    Arrival first() {
        return arrivals().getFirst();
    }

    Arrival last() {
        return arrivals().getLast();
    }

    /** Everything that has come, in the order of sequence numbers. */
    List<Arrival> arrivals() {
        return List.copyOf(arrivals.values());
    }

    /** The publisher's SSRC of the latest packet, or {@code null} before the first. */
    @Nullable
    Integer source() {
        return arrivals.isEmpty() ? null : last().payload().sourceSsrc();
    }

    /** By the last sender report: the time in the sender's clock of something with this timestamp. */
    long senderNs(int timestamp) {
        return reportNtpNs + (timestamp - reportTimestamp) * NS_PER_SECOND / clockRateHz;
    }

    // --- what a decoder says --------------------------------------------------------------------------------------

    /** Whole frames so far, as long as nothing before them is missing. */
    public int decodable() {
        return (int) decode(new ArrayList<>());
    }

    /** Everything that a decoder would stumble over: missing packets, jumps, a source that begins without a keyframe. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        decode(complaints);
        return complaints;
    }

    private long decode(List<String> complaints) {
        long frames = 0;
        Arrival previous = null;
        for (Arrival arrival : arrivals.values()) {
            String complaint = previous == null ? atStart(arrival) : between(previous, arrival);
            if (complaint != null) {
                complaints.add(complaint + " at " + arrival);
            }
            if (complaints.isEmpty()
                    && arrival.payload().index() == arrival.payload().count() - 1) {
                frames++;
            }
            previous = arrival;
        }
        return frames;
    }

    private @Nullable String atStart(Arrival arrival) {
        boolean keyframe = arrival.payload().keyframe() && arrival.payload().index() == 0;
        return !isVideo() || keyframe ? null : "the first packet starts no keyframe";
    }

    private @Nullable String between(Arrival before, Arrival after) {
        SimulatedPayload was = before.payload();
        SimulatedPayload is = after.payload();
        if (after.sequence() != before.sequence() + 1) {
            return "missing " + (after.sequence() - before.sequence() - 1) + " packets";
        }
        boolean sameFrame = was.index() < was.count() - 1;
        if (sameFrame) {
            boolean fits = is.frame() == was.frame()
                    && is.sourceSsrc() == was.sourceSsrc()
                    && is.index() == was.index() + 1
                    && is.pictureId() == was.pictureId()
                    && after.timestamp() == before.timestamp();
            return fits ? null : "a frame is broken off";
        }
        if (after.timestamp() - before.timestamp() <= 0) {
            return "the timestamp stands still or goes back";
        }
        if (isVideo() && is.pictureId() != (was.pictureId() + 1 & 0x7FFF)) {
            return "the picture id jumps";
        }
        if (isVideo() && is.tl0PicIdx() != (was.tl0PicIdx() + 1 & 0xFF)) {
            return "TL0PICIDX jumps";
        }
        boolean follows = is.sourceSsrc() == was.sourceSsrc() && is.frame() == was.frame() + 1;
        return follows || !isVideo() || is.keyframe() ? null : "a frame refers to one that has not come";
    }
}

package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.sdp.NegotiatedCodec;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.FeedbackInterval;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.RampingCap;
import dev.parley.sfu.stream.ReceiverBandwidth;
import dev.parley.sfu.stream.ReceptionStats;
import dev.parley.sfu.stream.TransportArrivals;
import dev.parley.sfu.time.NtpTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a peer says in RTCP, each when it is due: NACK, PLI, transport-cc, receiver reports with the reference
 * time of RFC 3611 §4.4, REMB where there is no transport-cc, and sender reports of its slots. Owned by the shard.
 */
final class Reporter {
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    /** The first reports come early: round trip and lip sync are wanted at the start of a call. */
    private static final long FIRST_REPORT_NS = 150_000_000L;

    private static final int MAX_NACKS = 253;
    /** Of a compound: any packet but a long NACK or transport feedback. */
    private static final int MAX_SMALL_PACKET = 340;

    private static final long REMB_START_BPS = 500_000;
    private static final long REMB_CAP_BPS = 5_000_000;

    private final Peer peer;
    private final PeerSettings settings;
    private final MediaSender sender;
    private final String cname;
    private final int localSsrc;
    private final RtcpWriter writer = new RtcpWriter();
    /** Walked by index, as an iterator would be garbage at every deadline. */
    private final List<IngressStream> streams = new ArrayList<>();

    private final TransportArrivals arrivals = new TransportArrivals(FeedbackInterval.MIN_NS);
    private final FeedbackInterval feedbackInterval = new FeedbackInterval();
    private @Nullable ReceiverBandwidth bandwidth;
    private final int[] lost = new int[MAX_NACKS];
    private final int[] rembSsrcs = new int[PublishedTrack.MAX_STREAMS * 16];
    private boolean saysTransportCc;
    private boolean saysRemb;
    private boolean saysReferenceTime;
    private boolean sendsFir;
    private int firSequence;
    private long nextReportNs = Long.MAX_VALUE;
    private long nextDeadlineNs = Long.MAX_VALUE;
    private long rttNs;
    private int arrivalsSsrc;
    private int referenceSsrc;
    private long reference;
    private long referenceReceivedNs;
    private @Nullable PacketBuffer compound;

    Reporter(Peer peer, PeerSettings settings, MediaSender sender, String cname) {
        this.peer = peer;
        this.settings = settings;
        this.sender = sender;
        this.cname = cname;
        this.localSsrc = settings.random().nextInt() | 1;
    }

    void negotiated(NegotiatedSession session) {
        saysTransportCc = false;
        saysRemb = false;
        saysReferenceTime = false;
        boolean pli = false;
        boolean fir = false;
        for (NegotiatedSection section : session.sections()) {
            saysReferenceTime |= section.receiverReferenceTime();
            for (NegotiatedCodec codec : section.codecs()) {
                saysTransportCc |= codec.transportCc();
                saysRemb |= codec.remb();
                pli |= codec.pli();
                fir |= codec.fir();
            }
        }
        sendsFir = fir && !pli;
    }

    // --- what happens ---------------------------------------------------------------------------------------------

    void opened(IngressStream stream) {
        streams.add(stream);
    }

    void forget(IngressStream stream) {
        streams.remove(stream);
    }

    void arrived(int transportSequence, int ssrc, int sizeBytes, long nowNs) {
        if (saysTransportCc) {
            if (feedbackInterval.received(sizeBytes, nowNs)) {
                arrivals.interval(feedbackInterval.ns());
            }
            arrivals.record(transportSequence, nowNs);
            arrivalsSsrc = ssrc;
            dueAt(arrivals.nextDeadlineNs());
        }
    }

    /** A packet of the stream has arrived, or somebody wants a keyframe of it: it may have something to say. */
    void wanted(IngressStream stream, long nowNs) {
        dueAt(stream.nextDeadlineNs());
        startReports(nowNs);
    }

    private void startReports(long nowNs) {
        if (nextReportNs == Long.MAX_VALUE) {
            nextReportNs = nowNs + FIRST_REPORT_NS;
            dueAt(nextReportNs);
        }
    }

    void senderReportDue(long nowNs) {
        dueAt(nowNs);
    }

    void roundTrip(long measuredNs) {
        if (measuredNs > 0) {
            rttNs = measuredNs;
        }
    }

    /** A client that receives tells its time, to have it told back (RFC 3611 §4.4). */
    void referenceTime(int ssrc, long ntp, long nowNs) {
        referenceSsrc = ssrc;
        reference = ntp;
        referenceReceivedNs = nowNs;
        startReports(nowNs);
    }

    /** Our own reference time has come back (RFC 3611 §4.5). */
    void answered(int ssrc, int lastRr, long delay, long nowNs) {
        if (ssrc == localSsrc && lastRr != 0) {
            int units = NtpTime.middle32(ntp(nowNs)) - lastRr - (int) delay;
            if (units > 0) {
                roundTrip(NtpTime.durationToNs(units));
            }
        }
    }

    long ntp(long nowNs) {
        return NtpTime.fromEpochNs(nowNs + settings.epochOffsetNs());
    }

    // --- what is said ---------------------------------------------------------------------------------------------

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    void onDeadline(long nowNs) {
        nextDeadlineNs = Long.MAX_VALUE;
        if (!sender.isReady()) {
            // Asked again by the next packet; what was due is stale by then.
            nextReportNs = Long.MAX_VALUE;
            return;
        }
        for (int i = 0; i < streams.size(); i++) {
            IngressStream stream = streams.get(i);
            writeNacks(stream, nowNs);
            writeKeyframeRequest(stream, nowNs);
        }
        writeArrivals(nowNs);
        writeSenderReports(nowNs);
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            writeReceiverReports(nowNs);
        }
        flush();
        nextDeadlineNs = earliestDeadline();
    }

    private long earliestDeadline() {
        long earliest = Math.min(nextReportNs, saysTransportCc ? arrivals.nextDeadlineNs() : Long.MAX_VALUE);
        for (int i = 0; i < streams.size(); i++) {
            IngressStream stream = streams.get(i);
            earliest = Math.min(earliest, stream.nextDeadlineNs());
        }
        for (int i = 0; i < peer.slots().size(); i++) {
            Slot slot = peer.slots().get(i);
            earliest = Math.min(earliest, slot.egress().nextDeadlineNs());
        }
        return earliest;
    }

    private void writeNacks(IngressStream stream, long nowNs) {
        // An answer that has arrived and is not read yet is not missing: asking for it again would add to what waits.
        int count = stream.takeNacks(nowNs, rttNs + peer.readingLagNs(), lost);
        int written = 0;
        while (written < count && begin()) {
            if (written > 0) {
                System.arraycopy(lost, written, lost, 0, count - written);
                count -= written;
            }
            written = writer.nack(localSsrc, stream.ssrc(), lost, count);
            if (written < count) {
                flush();
            }
        }
    }

    private void writeKeyframeRequest(IngressStream stream, long nowNs) {
        if (!stream.takeKeyframeRequest(nowNs) || !beginWithRoom()) {
            return;
        }
        if (sendsFir) {
            writer.fir(localSsrc, stream.ssrc(), firSequence++ & 0xFF);
        } else {
            writer.pli(localSsrc, stream.ssrc());
        }
        settings.media().keyframeRequestsSent().increment();
    }

    private void writeArrivals(long nowNs) {
        while (saysTransportCc && arrivals.nextDeadlineNs() <= nowNs && begin()) {
            if (!arrivals.writeFeedback(writer, localSsrc, arrivalsSsrc)) {
                flush();
            }
        }
    }

    private void writeSenderReports(long nowNs) {
        for (int i = 0; i < peer.slots().size(); i++) {
            Slot slot = peer.slots().get(i);
            if (slot.egress().nextDeadlineNs() <= nowNs && beginWithRoom()) {
                if (slot.egress().writeSenderReport(writer, nowNs, ntp(nowNs))) {
                    writer.sdesCname(slot.ssrc(), cname);
                }
            }
        }
    }

    private void writeReceiverReports(long nowNs) {
        boolean open = false;
        for (int i = 0; i < streams.size(); i++) {
            IngressStream stream = streams.get(i);
            open = writeReportBlock(stream.ssrc(), stream.stats(), open, nowNs);
            open = writeReportBlock(stream.rtxSsrc(), stream.rtxStats(), open, nowNs);
        }
        if (!streams.isEmpty() && saysReferenceTime && beginWithRoom()) {
            writer.xrRrtr(localSsrc, ntp(nowNs));
        }
        if (reference != 0 && beginWithRoom()) {
            int delay = NtpTime.durationFromNs(nowNs - referenceReceivedNs);
            writer.xrDlrr(localSsrc, referenceSsrc, NtpTime.middle32(reference), delay);
            reference = 0;
        }
        if (saysRemb && !saysTransportCc) {
            writeRemb(nowNs);
        }
    }

    private boolean writeReportBlock(int ssrc, ReceptionStats stats, boolean open, long nowNs) {
        if (ssrc == 0 || !stats.hasStarted()) {
            return open;
        }
        stats.closeInterval();
        if (open && appendBlock(ssrc, stats, nowNs)) {
            return true;
        }
        return beginWithRoom() && writer.receiverReport(localSsrc) && appendBlock(ssrc, stats, nowNs);
    }

    private boolean appendBlock(int ssrc, ReceptionStats stats, long nowNs) {
        return writer.reportBlock(
                ssrc,
                stats.fractionLost(),
                stats.cumulativeLost(),
                stats.extendedHighestSequence(),
                stats.jitter(),
                stats.lastSr(),
                stats.delaySinceLastSr(nowNs));
    }

    private void writeRemb(long nowNs) {
        int count = 0;
        for (int i = 0; i < streams.size(); i++) {
            IngressStream stream = streams.get(i);
            if (stream.isVideo() && count < rembSsrcs.length) {
                rembSsrcs[count++] = stream.ssrc();
            }
        }
        if (count > 0 && beginWithRoom()) {
            if (bandwidth == null) {
                bandwidth = new RampingCap(REMB_START_BPS, REMB_CAP_BPS, nowNs);
            }
            writer.remb(localSsrc, bandwidth.bitrateBps(nowNs), rembSsrcs, count);
        }
    }

    // --- compounds ------------------------------------------------------------------------------------------------

    /** Opens a compound if none is open; false when the pool is empty. */
    private boolean begin() {
        if (compound != null) {
            return true;
        }
        PacketBuffer packet = settings.pool().acquire();
        if (packet == null) {
            settings.drops().count(DropReason.POOL_EMPTY);
            return false;
        }
        compound = packet;
        writer.begin(packet);
        return true;
    }

    /** As {@link #begin}, with room for any packet but a long NACK or transport feedback. */
    private boolean beginWithRoom() {
        if (compound != null && writer.remaining() < MAX_SMALL_PACKET) {
            flush();
        }
        return begin();
    }

    private void flush() {
        PacketBuffer packet = compound;
        if (packet != null) {
            compound = null;
            if (!writer.isEmpty()) {
                sender.sendRtcp(packet);
            }
            packet.release();
        }
    }

    private void dueAt(long deadlineNs) {
        if (deadlineNs < nextDeadlineNs) {
            nextDeadlineNs = deadlineNs;
            peer.deadlineMoved();
        }
    }

    void close() {
        streams.clear();
        nextDeadlineNs = Long.MAX_VALUE;
    }
}

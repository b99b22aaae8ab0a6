package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.Fir;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.Pli;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.SenderReport;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.rtcp.Xr;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.TransportSequenceNumber;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.FeedbackInterval;
import dev.parley.sfu.stream.TransportArrivals;
import dev.parley.sfu.time.NtpTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The media engine of one client: what it sends, what it receives, and the RTCP for both. */
final class SimulatedMedia {
    private static final long TICK_NS = 10_000_000L;
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    private static final long FIRST_REPORT_NS = 300_000_000L;
    private static final int MAX_NACKS = 250;

    private final SimulatedClient client;
    private final int localSsrc;
    private final List<SimulatedSource> sources = new ArrayList<>();
    private final RtpPacket rtp = new RtpPacket();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final SenderReport senderReport = new SenderReport();
    private final Nack nack = new Nack();
    private final Pli pli = new Pli();
    private final Fir fir = new Fir();
    private final Xr xr = new Xr();
    private final TransportFeedback feedback = new TransportFeedback();
    private final int[] lost = new int[MAX_NACKS];
    private int transportSequence;
    private long nextReportNs = Long.MIN_VALUE;
    private boolean answersNacks = true;
    private boolean asksForLosses = true;
    private boolean reportsArrivals;
    /** What it says by REMB that its link carries, 0 for nothing. */
    private long rembBps;

    private final TransportArrivals arrivals = new TransportArrivals(FeedbackInterval.MIN_NS);
    private long strangers;
    private long refused;
    private long feedbacks;
    private long feedbackPackets;
    private long rtcpPackets;
    private long rttNs = -1;

    SimulatedMedia(SimulatedClient client) {
        this.client = client;
        this.localSsrc = client.newSsrc();
    }

    SimulatedSource publish(SimulatedOffer.Section section, @Nullable String rid, int ssrc, int rtxSsrc) {
        SentStream stream = new SentStream(client, section, rid, ssrc, rtxSsrc);
        SimulatedSource source = new SimulatedSource(client, stream, section.isVideo());
        sources.add(source);
        return source;
    }

    void startSources() {
        sources.forEach(SimulatedSource::start);
    }

    void stopSources() {
        sources.forEach(SimulatedSource::stop);
    }

    int localSsrc() {
        return localSsrc;
    }

    /** RTP of SSRCs that no answer has named. */
    long strangers() {
        return strangers;
    }

    /** Packets that did not authenticate, or were replayed. */
    long refused() {
        return refused;
    }

    /** Transport-wide feedback packets, and how many packets they said to have arrived. */
    long feedbacks() {
        return feedbacks;
    }

    long feedbackPackets() {
        return feedbackPackets;
    }

    /** The round trip as measured by RTCP XR, or -1. */
    long rttNs() {
        return rttNs;
    }

    long rtcpPackets() {
        return rtcpPackets;
    }

    /** Whether it sends again what the server asks for. */
    void answersNacks(boolean answers) {
        answersNacks = answers;
    }

    /** Whether it tells the server when what it receives arrives, as browsers do. */
    void reportsArrivals(boolean reports) {
        reportsArrivals = reports;
    }

    /** What it says by REMB from now on that its link carries, with each report. */
    void remb(long bps) {
        rembBps = bps;
    }

    /** Whether it asks for what it misses. */
    void asksForLosses(boolean asks) {
        asksForLosses = asks;
    }

    int nextTransportSequence() {
        return transportSequence++ & 0xFFFF;
    }

    // --- receiving ------------------------------------------------------------------------------------------------

    void onSrtp(PacketBuffer packet, SrtpReceiver receiver) {
        int second = packet.u8(1);
        if (second >= 192 && second <= 223) {
            if (receiver.unprotectRtcp(packet) == null) {
                onRtcp(packet);
            } else {
                refused++;
            }
            return;
        }
        if (!rtp.wrap(packet)) {
            strangers++;
            return;
        }
        DropReason reason = receiver.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
        if (reason != null || !rtp.refreshPayload()) {
            refused++;
            return;
        }
        if (reportsArrivals) {
            int number = TransportSequenceNumber.read(rtp, SimulatedOffer.TRANSPORT_CC);
            assertTrue(number >= 0, "a packet without a transport-wide number");
            arrivals.record(number, client.sfu().clock().nowNs());
        }
        for (ReceivedStream stream : client.slots().values()) {
            if (rtp.ssrc() == stream.ssrc() || rtp.ssrc() == stream.rtxSsrc()) {
                stream.onPacket(rtp, client.sfu().clock().nowNs());
                return;
            }
        }
        strangers++;
    }

    private void onRtcp(PacketBuffer packet) {
        if (!reader.wrap(packet)) {
            throw new AssertionError("the server has sent malformed RTCP");
        }
        rtcpPackets++;
        while (reader.next()) {
            switch (reader.kind()) {
                case SENDER_REPORT -> onSenderReport();
                case NACK -> onNack();
                case PLI -> {
                    if (pli.wrap(reader)) {
                        onKeyframeRequest(pli.mediaSsrc());
                    }
                }
                case FIR -> {
                    for (int i = 0; fir.wrap(reader) && i < fir.count(); i++) {
                        onKeyframeRequest(fir.ssrc(i));
                    }
                }
                case TRANSPORT_FEEDBACK -> onTransportFeedback();
                case XR -> onExtendedReport();
                case RECEIVER_REPORT, SDES, BYE, REMB, OTHER -> {}
            }
        }
    }

    private void onSenderReport() {
        if (!senderReport.wrap(reader)) {
            return;
        }
        for (ReceivedStream stream : client.slots().values()) {
            if (stream.ssrc() == senderReport.ssrc()) {
                stream.onSenderReport(
                        senderReport.ntpTimestamp(),
                        senderReport.rtpTimestamp(),
                        client.sfu().clock().nowNs());
            }
        }
    }

    private void onNack() {
        if (!nack.wrap(reader) || !answersNacks) {
            return;
        }
        for (SimulatedSource source : sources) {
            if (source.stream().ssrc() == nack.mediaSsrc()) {
                nack.forEachSequenceNumber(source.stream()::onNack);
            }
        }
    }

    private void onKeyframeRequest(int ssrc) {
        for (SimulatedSource source : sources) {
            if (source.stream().ssrc() == ssrc) {
                source.requestKeyframe();
            }
        }
    }

    /** RFC 3611 §4.5: the server's answer to our reference time tells the round trip. */
    private void onExtendedReport() {
        for (boolean more = xr.wrap(reader) && xr.nextBlock(); more; more = xr.nextBlock()) {
            for (int i = 0; i < xr.dlrrCount(); i++) {
                if (xr.dlrrSsrc(i) == localSsrc) {
                    int units = NtpTime.middle32(ntp()) - xr.lastRr(i) - (int) xr.delaySinceLastRr(i);
                    rttNs = NtpTime.durationToNs(units);
                }
            }
        }
    }

    private long ntp() {
        return NtpTime.fromEpochNs(SimulatedSfu.EPOCH_OFFSET_NS + client.clockNs());
    }

    private void onTransportFeedback() {
        if (!feedback.wrap(reader)) {
            throw new AssertionError("the server has sent malformed transport-wide feedback");
        }
        feedbacks++;
        while (feedback.next()) {
            feedbackPackets += feedback.isReceived() ? 1 : 0;
        }
    }

    // --- reporting ------------------------------------------------------------------------------------------------

    void start() {
        nextReportNs = client.sfu().clock().nowNs() + FIRST_REPORT_NS;
        client.sfu().clock().after(TICK_NS, this::tick);
    }

    private void tick() {
        if (!client.isAlive()) {
            return;
        }
        long nowNs = client.sfu().clock().nowNs();
        if (client.isConnected()) {
            PacketBuffer packet = client.acquire();
            writer.begin(packet);
            if (nowNs >= nextReportNs) {
                nextReportNs = nowNs + REPORT_INTERVAL_NS;
                writeReports(nowNs);
            }
            if (asksForLosses) {
                writeNacks(nowNs);
            }
            if (arrivals.nextDeadlineNs() <= nowNs) {
                arrivals.writeFeedback(writer, localSsrc, localSsrc);
            }
            client.sendRtcp(packet);
        }
        client.sfu().clock().after(TICK_NS, this::tick);
    }

    private void writeReports(long nowNs) {
        sources.forEach(source -> source.stream().writeSenderReport(writer));
        writer.xrRrtr(localSsrc, ntp());
        writer.receiverReport(localSsrc);
        for (ReceivedStream stream : client.slots().values()) {
            if (stream.stats().hasStarted()) {
                stream.stats().closeInterval();
                writer.reportBlock(
                        stream.ssrc(),
                        stream.stats().fractionLost(),
                        stream.stats().cumulativeLost(),
                        stream.stats().extendedHighestSequence(),
                        stream.stats().jitter(),
                        stream.stats().lastSr(),
                        stream.stats().delaySinceLastSr(nowNs));
            }
        }
        if (rembBps > 0) {
            int[] ssrcs = client.slots().values().stream()
                    .filter(ReceivedStream::isVideo)
                    .mapToInt(ReceivedStream::ssrc)
                    .toArray();
            writer.remb(localSsrc, rembBps, ssrcs, ssrcs.length);
        }
    }

    private void writeNacks(long nowNs) {
        for (ReceivedStream stream : client.slots().values()) {
            if (stream.rtxSsrc() != 0) {
                int count = stream.nacks().due(nowNs, 0, lost);
                writer.nack(localSsrc, stream.ssrc(), lost, count);
            }
        }
    }

    /** Asks for a keyframe of what is in a slot. */
    void sendPli(ReceivedStream stream) {
        PacketBuffer packet = client.acquire();
        writer.begin(packet);
        writer.pli(localSsrc, stream.ssrc());
        client.sendRtcp(packet);
    }

    /** Says that a stream of ours has ended (RFC 3550 §6.6). */
    void sendBye(int ssrc) {
        PacketBuffer packet = client.acquire();
        writer.begin(packet);
        writer.bye(ssrc);
        client.sendRtcp(packet);
    }
}

package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.congestion.SendSideEstimator;
import dev.parley.sfu.rtcp.Bye;
import dev.parley.sfu.rtcp.Fir;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.Pli;
import dev.parley.sfu.rtcp.Remb;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.SenderReport;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.rtcp.Xr;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.IngressStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Gives each packet of an RTCP compound to the stream or slot it is about. Owned by the shard. */
final class FeedbackReceiver {
    private final Peer peer;
    private final MediaReceiver receiver;
    private final Reporter reporter;
    private final MediaCounters media;
    private final RtcpReader reader = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private final ReportBlock reportBlock = new ReportBlock();
    private final Nack nack = new Nack();
    private final Pli pli = new Pli();
    private final Fir fir = new Fir();
    private final Xr xr = new Xr();
    private final TransportFeedback transportFeedback = new TransportFeedback();
    private final Remb remb = new Remb();
    private final Bye bye = new Bye();
    /** Made once, so that a NACK allocates nothing. */
    private final IntConsumer countNack;

    FeedbackReceiver(Peer peer, MediaReceiver receiver, Reporter reporter, PeerSettings settings) {
        this.peer = peer;
        this.receiver = receiver;
        this.reporter = reporter;
        this.media = settings.media();
        this.countNack = sequence -> media.nacksReceived().increment();
    }

    /** A decrypted compound. Malformed packets in it are passed over; the others count. */
    @Nullable
    DropReason onRtcp(PacketBuffer packet, long nowNs) {
        if (!reader.wrap(packet)) {
            return DropReason.RTCP_MALFORMED;
        }
        while (reader.next()) {
            switch (reader.kind()) {
                case SENDER_REPORT -> {
                    onSenderReport(nowNs);
                    onReportBlocks(nowNs);
                }
                case RECEIVER_REPORT -> onReportBlocks(nowNs);
                case NACK -> onNack(nowNs);
                case PLI -> onPli(nowNs);
                case FIR -> onFir(nowNs);
                case XR -> onXr(nowNs);
                case BYE -> onBye();
                case TRANSPORT_FEEDBACK -> onTransportFeedback(nowNs);
                case REMB -> onRemb(nowNs);
                case SDES, OTHER -> {}
            }
        }
        return null;
    }

    private void onSenderReport(long nowNs) {
        if (!senderReport.wrap(reader)) {
            return;
        }
        IngressStream stream = receiver.stream(senderReport.ssrc());
        if (stream != null) {
            stream.onSenderReport(senderReport.ntpTimestamp(), senderReport.rtpTimestamp(), nowNs);
            // All of them, as they share the clock: lips stay in sync wherever they are watched.
            for (PublishedTrack track : peer.tracks()) {
                track.router().clockMoved();
            }
        }
    }

    private void onReportBlocks(long nowNs) {
        for (int i = 0; reportBlock.wrap(reader, i); i++) {
            Slot slot = peer.slotBySsrc(reportBlock.ssrc());
            if (slot != null) {
                slot.egress().onReportBlock(reportBlock, reporter.ntp(nowNs));
                reporter.roundTrip(slot.egress().reports().rttNs());
                double loss = reportBlock.fractionLost() / 256.0;
                estimator().onReport(loss, slot.egress().reports().rttNs(), nowNs);
            }
        }
    }

    private SendSideEstimator estimator() {
        return peer.sender().downlink().estimator();
    }

    private void onTransportFeedback(long nowNs) {
        if (transportFeedback.wrap(reader)) {
            estimator().onFeedback(transportFeedback, nowNs);
            peer.downlinkMoved();
        }
    }

    private void onRemb(long nowNs) {
        if (remb.wrap(reader)) {
            estimator().onRemb(remb.bitrateBps(), nowNs);
        }
    }

    private void onNack(long nowNs) {
        Slot slot = nack.wrap(reader) ? peer.slotBySsrc(nack.mediaSsrc()) : null;
        if (slot != null) {
            nack.forEachSequenceNumber(countNack);
            long before = slot.egress().packetsRetransmitted();
            peer.sender().downlink().repeating(true);
            slot.egress().onNack(nack, nowNs);
            peer.sender().downlink().repeating(false);
            peer.downlinkMoved();
            media.packetsRetransmitted().add(slot.egress().packetsRetransmitted() - before);
        }
    }

    private void onPli(long nowNs) {
        if (pli.wrap(reader)) {
            onKeyframeRequest(pli.mediaSsrc(), nowNs);
        }
    }

    private void onFir(long nowNs) {
        if (fir.wrap(reader)) {
            for (int i = 0; i < fir.count(); i++) {
                onKeyframeRequest(fir.ssrc(i), nowNs);
            }
        }
    }

    private void onKeyframeRequest(int ssrc, long nowNs) {
        Slot slot = peer.slotBySsrc(ssrc);
        if (slot != null) {
            slot.egress().onKeyframeRequest(nowNs);
        }
    }

    private void onXr(long nowNs) {
        if (!xr.wrap(reader)) {
            return;
        }
        while (xr.nextBlock()) {
            if (xr.blockType() == Xr.RECEIVER_REFERENCE_TIME) {
                reporter.referenceTime(xr.ssrc(), xr.referenceTime(), nowNs);
            }
            for (int i = 0; i < xr.dlrrCount(); i++) {
                reporter.answered(xr.dlrrSsrc(i), xr.lastRr(i), xr.delaySinceLastRr(i), nowNs);
            }
        }
    }

    private void onBye() {
        if (bye.wrap(reader)) {
            for (int i = 0; i < bye.count(); i++) {
                receiver.bye(bye.ssrc(i));
            }
        }
    }
}

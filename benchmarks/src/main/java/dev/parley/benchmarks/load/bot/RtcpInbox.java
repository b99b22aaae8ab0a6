package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.Fir;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.Pli;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.SenderReport;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What the server says about the streams of one connection. Owned by the bots' thread; allocates nothing. */
final class RtcpInbox {
    /** Packets asked for again sooner are on their way. */
    private static final long RESEND_INTERVAL_NS = 10_000_000;

    private final List<SentStream> sent;
    private final StreamTable received;
    private final RtcpReader reader = new RtcpReader();
    private final Nack nack = new Nack();
    private final Pli pli = new Pli();
    private final Fir fir = new Fir();
    private final ReportBlock block = new ReportBlock();
    private final SenderReport senderReport = new SenderReport();
    private final IntConsumer resend = this::resend;
    private @Nullable SentStream asked;
    private long nowNs;

    RtcpInbox(List<SentStream> sent, StreamTable received) {
        this.sent = sent;
        this.received = received;
    }

    /** A decrypted compound. True if packets were queued by it. */
    boolean onCompound(PacketBuffer packet, long now) {
        nowNs = now;
        boolean queued = false;
        if (!reader.wrap(packet)) {
            return false;
        }
        while (reader.next()) {
            switch (reader.kind()) {
                case NACK -> queued |= onNack();
                case PLI -> onPli();
                case FIR -> onFir();
                case SENDER_REPORT -> {
                    onSenderReport();
                    onReports();
                }
                case RECEIVER_REPORT -> onReports();
                default -> {
                    // Feedback for congestion control, which bots do not have: they send what the clip says.
                }
            }
        }
        return queued;
    }

    private boolean onNack() {
        asked = nack.wrap(reader) ? stream(nack.mediaSsrc()) : null;
        if (asked == null) {
            return false;
        }
        nack.forEachSequenceNumber(resend);
        return true;
    }

    private void resend(int sequence) {
        SentStream stream = asked;
        if (stream != null) {
            stream.resend(sequence, nowNs, RESEND_INTERVAL_NS);
        }
    }

    private void onPli() {
        SentStream stream = pli.wrap(reader) ? stream(pli.mediaSsrc()) : null;
        if (stream != null) {
            stream.keyframeAsked();
        }
    }

    private void onFir() {
        for (int i = 0; fir.wrap(reader) && i < fir.count(); i++) {
            SentStream stream = stream(fir.ssrc(i));
            if (stream != null) {
                stream.keyframeAsked();
            }
        }
    }

    private void onSenderReport() {
        if (senderReport.wrap(reader)) {
            StreamTable.Entry entry = received.get(senderReport.ssrc());
            if (entry != null) {
                entry.stream().stats().senderReport(senderReport.ntpTimestamp(), nowNs);
            }
        }
    }

    /** Once the other side has reported on a stream it knows what that is, as browsers take it. */
    private void onReports() {
        int count = ReportBlock.count(reader);
        for (int i = 0; i < count; i++) {
            for (int of = 0; block.wrap(reader, i) && of < sent.size(); of++) {
                sent.get(of).reportedOn(block.ssrc());
            }
        }
    }

    private @Nullable SentStream stream(int ssrc) {
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).ssrc() == ssrc) {
                return sent.get(i);
            }
        }
        return null;
    }
}

package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.stream.TransportArrivals;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a bot tells the server, at a browser's pace: reports each second, transport-wide feedback each 50 ms, requests for
 * packets and keyframes as they are needed. Owned by the bots' thread; allocates nothing.
 */
final class RtcpOutbox {
    /** How often anything is looked at, so how long a request waits at most. */
    static final long SERVICE_NS = 10_000_000;

    private static final long REPORT_NS = 1_000_000_000;
    private static final long TRANSPORT_FEEDBACK_NS = 50_000_000;
    private static final int REPORT_BLOCKS = 31;
    private static final int BLOCK_BYTES = 24;
    private static final int MAX_LOST = 256;

    /** Encrypts and sends a compound, which is the sender's from then on. */
    interface Sender {
        PacketBuffer acquire();

        void sendRtcp(PacketBuffer packet);
    }

    private final int ssrc;
    private final List<SentStream> sent;
    private final List<ReceivedStream> received;
    private final Sender sender;
    private final LongSupplier epochNs;
    private final RtcpWriter writer = new RtcpWriter();
    private final TransportArrivals arrivals = new TransportArrivals(TRANSPORT_FEEDBACK_NS);
    private final int[] lost = new int[MAX_LOST];
    private @Nullable PacketBuffer compound;
    private long nextReportNs;

    RtcpOutbox(
            int ssrc,
            List<SentStream> sent,
            List<ReceivedStream> received,
            Sender sender,
            LongSupplier epochNs,
            long firstReportNs) {
        this.ssrc = ssrc;
        this.sent = sent;
        this.received = received;
        this.sender = sender;
        this.epochNs = epochNs;
        this.nextReportNs = firstReportNs;
    }

    /** A packet with this transport-wide number has arrived. */
    void arrived(int transportSequence, long nowNs) {
        arrivals.record(transportSequence, nowNs);
    }

    /** Sends what is due. */
    void service(long nowNs) {
        begin();
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + REPORT_NS;
            report(nowNs);
        }
        for (int i = 0; i < received.size(); i++) {
            received.get(i).feedback(writer, ssrc, lost, nowNs);
        }
        if (nowNs >= arrivals.nextDeadlineNs()) {
            int media = received.isEmpty() ? 0 : received.getFirst().ssrc();
            while (!arrivals.writeFeedback(writer, ssrc, media)) {
                send();
                begin();
            }
        }
        send();
    }

    private void report(long nowNs) {
        long epoch = epochNs.getAsLong();
        for (int i = 0; i < sent.size(); i++) {
            if (!sent.get(i).report(writer, epoch, nowNs)) {
                send();
                begin();
                boolean _ = sent.get(i).report(writer, epoch, nowNs);
            }
        }
        int blocks = REPORT_BLOCKS;
        for (int i = 0; i < received.size(); i++) {
            ReceivedStream stream = received.get(i);
            if (!stream.stats().hasStarted()) {
                continue;
            }
            if (blocks == REPORT_BLOCKS || writer.remaining() < BLOCK_BYTES) {
                blocks = 0;
                newReport();
            }
            boolean _ = stream.report(writer, nowNs);
            blocks++;
        }
    }

    private void newReport() {
        if (writer.remaining() < 8 + BLOCK_BYTES) {
            send();
            begin();
        }
        boolean _ = writer.receiverReport(ssrc);
    }

    private void begin() {
        PacketBuffer packet = sender.acquire();
        compound = packet;
        writer.begin(packet);
    }

    private void send() {
        PacketBuffer packet = compound;
        compound = null;
        if (packet == null) {
            return;
        }
        if (packet.length() == 0) {
            packet.release();
        } else {
            sender.sendRtcp(packet);
        }
    }
}

package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Packets;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

final class RtcpAllocationTest {
    private static final int COMPOUNDS = 100_000;
    private static final int[] LOST = {0xFFFE, 0xFFFF, 5, 40};
    private static final int[] SOURCES = {2, 3};

    private final PacketBuffer packet = Packets.empty();
    private final RtcpWriter writer = new RtcpWriter();
    private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
    private final RtcpReader reader = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private final ReportBlock block = new ReportBlock();
    private final Nack nack = new Nack();
    private final Fir fir = new Fir();
    private final Remb remb = new Remb();
    private final TransportFeedback feedback = new TransportFeedback();
    private final Xr xr = new Xr();
    private final Sdes sdes = new Sdes();
    private final Bye bye = new Bye();
    private final Pli pli = new Pli();
    private final Sum lost = new Sum();
    private long sum;

    /** One object for all calls: a lambda that captures would be made anew each time. */
    private static final class Sum implements IntConsumer {
        private long value;

        @Override
        public void accept(int number) {
            value += number;
        }
    }

    @Test
    void readsAndWritesCompoundsWithoutGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run();
        run();
        long before = threads.getCurrentThreadAllocatedBytes();
        run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(sum != 0 && lost.value != 0);
        assertEquals(0, allocated);
    }

    private void run() {
        for (int i = 0; i < COMPOUNDS; i++) {
            write(i);
            read();
        }
    }

    private void write(int i) {
        writer.begin(packet);
        writer.senderReport(1, i, i, i, i);
        writer.reportBlock(2, 1, i, i, 7, i, i);
        writer.sdesCname(1, "parley");
        writer.nack(1, 2, LOST, LOST.length);
        writer.pli(1, 2);
        writer.fir(1, 2, i);
        writer.remb(1, 1_000_000L + i, SOURCES, SOURCES.length);
        writer.xrRrtr(1, i);
        writer.xrDlrr(1, 2, i, i);
        feedbackWriter.begin(i, i);
        for (int k = 0; k < 20; k++) {
            feedbackWriter.add(i + k + k / 7 & 0xFFFF, i * 1_000_000L + (long) k * k * 1_000_000);
        }
        feedbackWriter.appendTo(writer, 1, 2);
        writer.bye(1);
    }

    private void read() {
        assertTrue(reader.wrap(packet));
        while (reader.next()) {
            switch (reader.kind()) {
                case SENDER_REPORT -> sum += senderReport.wrap(reader) && block.wrap(reader, 0) ? block.jitter() : 0;
                case RECEIVER_REPORT -> sum += ReportBlock.count(reader);
                case SDES -> sum += sdes.wrap(reader) && sdes.next() ? sdes.ssrc() : 0;
                case BYE -> sum += bye.wrap(reader) ? bye.ssrc(0) : 0;
                case NACK -> {
                    if (nack.wrap(reader)) {
                        nack.forEachSequenceNumber(lost);
                    }
                }
                case TRANSPORT_FEEDBACK -> readFeedback();
                case PLI -> sum += pli.wrap(reader) ? pli.mediaSsrc() : 0;
                case FIR -> sum += fir.wrap(reader) ? fir.ssrc(0) : 0;
                case REMB -> sum += remb.wrap(reader) ? remb.bitrateBps() : 0;
                case XR -> sum += xr.wrap(reader) && xr.nextBlock() ? xr.blockType() : 0;
                case OTHER -> throw new AssertionError("type " + reader.type());
            }
        }
    }

    private void readFeedback() {
        assertTrue(feedback.wrap(reader));
        while (feedback.next()) {
            sum += feedback.isReceived() ? feedback.arrivalNs() : 1;
        }
    }
}

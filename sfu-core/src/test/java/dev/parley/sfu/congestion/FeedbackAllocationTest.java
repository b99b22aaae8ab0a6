package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.AllocationMeter;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.rtcp.TransportFeedbackWriter;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sending, feedback with losses and queues, probes and the pacer make no garbage. */
@ExtendWith(WithoutLeakTracing.class)
final class FeedbackAllocationTest {
    private static final long MS = 1_000_000;
    private static final int ROUNDS = 2_000;
    private static final int PACKETS = 12;

    private final PacketPool pool = PacketPool.bounded(4);
    private final Pacer pacer = new Pacer(Pacer.DEFAULT_QUANTUM_NS);
    private final SendSideEstimator estimator = new SendSideEstimator(28, pacer);
    private final TransportFeedbackWriter feedback = new TransportFeedbackWriter();
    private final TransportFeedback heard = new TransportFeedback();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private long nowNs = 1_000_000 * MS;
    private long probes;

    @Test
    void feedbackMakesNoGarbage() {
        estimator.wanted(500_000, 1_000_000, 20_000_000, nowNs);
        assertEquals(0, AllocationMeter.leastBytes(this::run));
        assertTrue(estimator.isMeasured());
        assertTrue(probes > 0, "nothing was probed");
        pool.close();
    }

    private void run() {
        for (int i = 0; i < ROUNDS; i++) {
            nowNs += 50 * MS;
            estimator.turn(nowNs);
            int first = estimator.sent(1_200);
            for (int j = 1; j < PACKETS; j++) {
                estimator.sent(1_200);
            }
            estimator.turnEnded(PACKETS, PACKETS * 1_200L);
            pacer.enqueue(Pacer.Priority.VIDEO, i, 1_200, nowNs);
            while (pacer.queued() > 0) {
                pacer.poll(pacer.nextReleaseNs());
            }
            if (nowNs >= estimator.nextDeadlineNs()) {
                estimator.onDeadline(nowNs, (bytes, now) -> {});
                probes++;
            }
            report(first, i % 40 > 20 ? i % 40 : 0, i % 7 == 0);
        }
    }

    private void report(int first, int queueMs, boolean losing) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        writer.begin(packet);
        feedback.begin(first, 0);
        for (int j = 0; j < PACKETS; j++) {
            if (!losing || j % 3 != 1) {
                feedback.add(first + j & 0xFFFF, nowNs + (20L + queueMs + j) * MS);
            }
        }
        feedback.appendTo(writer, 1, 2);
        assertTrue(reader.wrap(packet) && reader.next() && heard.wrap(reader));
        estimator.onFeedback(heard, nowNs + 60 * MS);
        packet.release();
    }
}

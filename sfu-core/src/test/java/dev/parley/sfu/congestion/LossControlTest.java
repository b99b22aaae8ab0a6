package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.rtcp.TransportFeedbackWriter;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which rate is made of which losses. */
final class LossControlTest {
    private static final long MS = 1_000_000;
    private static final long MIN_BPS = 50_000;
    private static final long MAX_BPS = 20_000_000;
    private static final int PACKET_BYTES = 1_200;
    private static final long FEEDBACK_MS = 50;
    private static final double DELAY_BPS = 2_000_000;

    private final PacketPool pool = PacketPool.bounded(1);
    private final PacketBuffer packet = Objects.requireNonNull(pool.acquire());
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedbackWriter feedback = new TransportFeedbackWriter();
    private final TransportFeedback heard = new TransportFeedback();
    private final SentPackets sent = new SentPackets();
    private final PacketResults results = new PacketResults();
    private final LossControl control = new LossControl(MIN_BPS, MAX_BPS);
    private final Random random = new Random(3);
    private long nowNs = 100_000 * MS;
    private double owedBytes;

    @AfterEach
    void giveBack() {
        packet.release();
        pool.close();
    }

    @Test
    void saysNothingUntilThreeStretchesHaveBeenSeen() {
        run(500, DELAY_BPS, 0.5, DELAY_BPS);
        assertFalse(control.isReady());
        assertEquals(Double.POSITIVE_INFINITY, control.bps());
        run(500, DELAY_BPS, 0.5, DELAY_BPS);
        assertTrue(control.isReady());
    }

    @Test
    void withoutLossOnlyDelaysLimit() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        assertEquals(DELAY_BPS, control.bps(), 1);
        assertEquals(LossControl.State.DELAY_BASED, control.state());
        assertEquals(0, control.lossShare());
    }

    @Test
    void pathThatLosesAFewPercentByItselfKeepsMostOfItsRate() {
        run(20_000, DELAY_BPS, 0.02, DELAY_BPS);
        assertTrue(control.bps() > 0.7 * DELAY_BPS, control.bps() + " bit/s");
        assertEquals(0.02, control.lossShare(), 0.02);
    }

    @Test
    void heavyLossLowersTheRate() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        run(3_000, DELAY_BPS, 0.4, DELAY_BPS);
        assertTrue(control.bps() < 0.75 * DELAY_BPS, control.bps() + " bit/s");
        assertEquals(LossControl.State.DECREASING, control.state());
        assertTrue(control.lossShare() > 0.2, control.lossShare() + " lost");
    }

    @Test
    void rateIsNotBelowWhatArrives() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        run(10_000, DELAY_BPS, 0.4, DELAY_BPS);
        assertTrue(control.bps() >= 0.55 * DELAY_BPS, control.bps() + " bit/s");
    }

    @Test
    void comesBackToWhatDelaysAllowWhenLossEnds() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        run(3_000, DELAY_BPS, 0.4, DELAY_BPS);
        long startedNs = nowNs;
        while (control.state() != LossControl.State.DELAY_BASED) {
            run(250, control.bps(), 0, DELAY_BPS);
            assertTrue(nowNs - startedNs < 15_000 * MS, "still " + control.bps() + " bit/s");
        }
        assertEquals(DELAY_BPS, control.bps(), 1);
    }

    @Test
    void neverAllowsMoreThanDelaysDo() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        // What arrives is a lower bound, so it has to have fallen too.
        run(1_000, 300_000, 0, 400_000);
        assertEquals(400_000, control.bps(), 1);
    }

    @Test
    void probeThatArrivesLiftsWhatLossHasHeldDown() {
        run(5_000, DELAY_BPS, 0, DELAY_BPS);
        run(3_000, DELAY_BPS, 0.4, DELAY_BPS);
        double held = control.bps();
        control.found(1_800_000);
        assertEquals(held, control.bps(), "while much is lost, a probe proves nothing");
        long startedNs = nowNs;
        while (control.lossShare() >= 0.02 && nowNs - startedNs < 20_000 * MS) {
            run(250, 300_000, 0, DELAY_BPS);
        }
        if (control.state() != LossControl.State.DELAY_BASED) {
            control.found(1_800_000);
            assertEquals(1_800_000, control.bps());
        }
        assertTrue(control.lossShare() < 0.02, control.lossShare() + " lost");
    }

    @Test
    void packetsThatWereOnlyLateCountAsArrived() {
        run(1_000, DELAY_BPS, 0, DELAY_BPS);
        int first = sendFor(FEEDBACK_MS, DELAY_BPS);
        int end = first + packetsIn(first);
        tell(first, end, number -> number % 2 == 0, DELAY_BPS);
        tell(first, end, _ -> true, DELAY_BPS);
        run(300, DELAY_BPS, 0, DELAY_BPS);
        assertEquals(0, control.lossShare(), 1e-9);
    }

    @Test
    void resetForgetsWhatThePathHasLost() {
        run(5_000, DELAY_BPS, 0.4, DELAY_BPS);
        control.reset();
        assertFalse(control.isReady());
        assertEquals(0, control.lossShare());
        run(2_000, DELAY_BPS, 0, DELAY_BPS);
        assertEquals(DELAY_BPS, control.bps(), 1);
    }

    // --- a sender, and a path that loses at random -----------------------------------------------------------------

    private interface Arrives {
        boolean test(int number);
    }

    private void run(long ms, double rateBps, double lossShare, double delayBps) {
        for (long at = 0; at < ms; at += FEEDBACK_MS) {
            int first = sendFor(FEEDBACK_MS, rateBps);
            int end = first + packetsIn(first);
            tell(first, end, _ -> random.nextDouble() >= lossShare, delayBps);
        }
    }

    private int next;

    private int packetsIn(int first) {
        return next - first;
    }

    /** Returns the number of the first packet. */
    private int sendFor(long ms, double rateBps) {
        int first = next;
        for (long at = 0; at < ms; at++) {
            nowNs += MS;
            sent.turn(nowNs);
            owedBytes += rateBps / 8 / 1e3;
            while (owedBytes >= PACKET_BYTES) {
                owedBytes -= PACKET_BYTES;
                sent.add(PACKET_BYTES);
                next++;
            }
        }
        return first;
    }

    private void tell(int first, int end, Arrives arrives, double delayBps) {
        writer.begin(packet);
        feedback.begin(first & 0xFFFF, 0);
        int arrived = 0;
        for (int number = first; number < end; number++) {
            // The last one always, so that the feedback tells of all.
            if (number == end - 1 || arrives.test(number)) {
                feedback.add(number & 0xFFFF, nowNs + number % 50);
                arrived++;
            }
        }
        if (arrived > 0) {
            feedback.appendTo(writer, 1, 2);
            assertTrue(reader.wrap(packet) && reader.next() && heard.wrap(reader));
            results.read(heard, sent);
            control.update(results, delayBps, arrived * PACKET_BYTES * 8e3 / FEEDBACK_MS, false);
        }
    }
}

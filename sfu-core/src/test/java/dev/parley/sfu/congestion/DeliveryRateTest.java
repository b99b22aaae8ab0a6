package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.stream.TransportArrivals;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A link of 300 kbit/s, which takes 27 ms for a packet of 1,000 bytes. */
final class DeliveryRateTest {
    private static final long MS = 1_000_000;
    private static final long LINK_BPS = 300_000;
    private static final long DELAY_NS = 20 * MS;
    private static final int BYTES = 1_000;

    private final PacketPool pool = PacketPool.bounded(2);
    private final SentPackets sent = new SentPackets();
    private final TransportArrivals arrivals = new TransportArrivals(50 * MS);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedback feedback = new TransportFeedback();
    private final PacketResults results = new PacketResults();
    private final DeliveryRate rate = new DeliveryRate();
    private long nowNs = 1_000 * MS;
    private long linkFreeNs;
    private long leastDelayUs = Long.MAX_VALUE;

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void isWhatTheLinkCarriesHoweverMuchIsSent() {
        for (int i = 0; i < 10; i++) {
            send(5); // 667 kbit/s
            nowNs += 60 * MS;
            report();
        }
        assertTrue(rate.isKnown());
        assertEquals(LINK_BPS, rate.bps(), 0.05 * LINK_BPS);
    }

    @Test
    void timesWithNothingToCarryDoNotCount() {
        for (int i = 0; i < 10; i++) {
            send(3); // 80 ms of every 200: 120 kbit/s
            nowNs += 200 * MS;
            report();
        }
        assertTrue(rate.isKnown());
        assertEquals(LINK_BPS, rate.bps(), 0.05 * LINK_BPS);
    }

    @Test
    void isNotKnownWhereNothingWaits() {
        for (int i = 0; i < 20; i++) {
            send(1);
            nowNs += 40 * MS;
            report();
        }
        assertFalse(rate.isKnown());
    }

    @Test
    void isForgottenWhenNothingHasWaitedForLong() {
        send(10);
        nowNs += 300 * MS;
        report();
        assertTrue(rate.isKnown());
        for (int i = 0; i < 20; i++) {
            send(1);
            nowNs += 40 * MS;
            report();
        }
        assertFalse(rate.isKnown());
    }

    private void send(int packets) {
        sent.turn(nowNs);
        for (int i = 0; i < packets; i++) {
            linkFreeNs = Math.max(nowNs, linkFreeNs) + BYTES * 8_000_000_000L / LINK_BPS;
            arrivals.record(sent.add(BYTES), linkFreeNs + DELAY_NS);
        }
    }

    /** All that was sent is told of, be it still under way. */
    private void report() {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        writer.begin(packet);
        arrivals.writeFeedback(writer, 1, 2);
        assertTrue(reader.wrap(packet) && reader.next() && feedback.wrap(reader));
        results.read(feedback, sent);
        rate.add(results, leastDelayUs());
        packet.release();
    }

    /** Between the two clocks, of which the receiver's is what feedback makes of it. */
    private long leastDelayUs() {
        if (leastDelayUs == Long.MAX_VALUE) {
            leastDelayUs = results.arrivalUs(0) - results.sentUs(0) - BYTES * 8_000_000L / LINK_BPS;
        }
        return leastDelayUs;
    }
}

package dev.parley.sfu.congestion;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedback;
import dev.parley.sfu.stream.TransportArrivals;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;

/** A subscriber at the end of one queue, with an estimator before it: real feedback, time in steps of a millisecond. */
final class SimulatedSubscriber implements AutoCloseable {
    private static final long MS = 1_000_000;
    private static final long DELAY_NS = 20 * MS;
    private static final long FEEDBACK_NS = 50 * MS;
    private static final int PACKET_BYTES = 1_200;
    private static final int AUDIO_BYTES = 100;
    private static final int OVERHEAD_BYTES = 28;
    private static final int PACKETS_READ_PER_MS = 5;

    final SendSideEstimator estimator = new SendSideEstimator(OVERHEAD_BYTES, new Pacer(Pacer.DEFAULT_QUANTUM_NS));
    private final PacketPool pool = PacketPool.bounded(4);
    private final TransportArrivals arrivals = new TransportArrivals(FEEDBACK_NS);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedback feedback = new TransportFeedback();
    private final Queue<Packet> underWay = new ArrayDeque<>();

    /** What the link carries. */
    long linkBps = 100_000_000;
    /** Media sent, besides audio. */
    long videoBps;
    /** Whether probes can be filled. */
    boolean padding = true;

    private long nowNs = 1_000_000 * MS;
    private long linkFreeNs;
    private long stalledUntilNs;
    private double owedBytes;

    private record Packet(int number, long arrivalNs) {}

    /** From now on the subscriber reads nothing for so long, and then all as fast as it can. */
    void stall(long ms) {
        stalledUntilNs = nowNs + ms * MS;
    }

    void runMs(long ms) {
        for (long i = 0; i < ms; i++) {
            nowNs += MS;
            if (nowNs / MS % 20 == 0) {
                send(1, AUDIO_BYTES);
            }
            if (nowNs / MS % 33 == 0) {
                owedBytes += videoBps / 8.0 * 0.033;
                int packets = (int) (owedBytes / PACKET_BYTES);
                owedBytes -= packets * PACKET_BYTES;
                send(packets, PACKET_BYTES);
            }
            if (nowNs >= estimator.nextDeadlineNs()) {
                estimator.onDeadline(
                        nowNs,
                        (bytes, _) -> send(padding ? (bytes + PACKET_BYTES - 1) / PACKET_BYTES : 0, PACKET_BYTES));
            }
            read();
        }
    }

    private void send(int packets, int bytes) {
        estimator.turn(nowNs);
        for (int i = 0; i < packets; i++) {
            linkFreeNs = Math.max(nowNs, linkFreeNs) + (bytes + OVERHEAD_BYTES) * 8_000_000_000L / linkBps;
            underWay.add(new Packet(estimator.sent(bytes), linkFreeNs + DELAY_NS));
        }
        estimator.turnEnded(packets, (long) packets * bytes);
    }

    private void read() {
        if (nowNs < stalledUntilNs) {
            return;
        }
        boolean late = false;
        for (int i = 0; i < PACKETS_READ_PER_MS && !underWay.isEmpty(); i++) {
            Packet packet = underWay.element();
            if (packet.arrivalNs() > nowNs) {
                break;
            }
            underWay.remove();
            late |= nowNs - packet.arrivalNs() > FEEDBACK_NS;
            long aheadNs = (PACKETS_READ_PER_MS - i) * MS / PACKETS_READ_PER_MS;
            arrivals.record(packet.number(), nowNs - packet.arrivalNs() < MS ? packet.arrivalNs() : nowNs - aheadNs);
        }
        // What was due while nothing ran is told before all is read.
        if (late || nowNs >= arrivals.nextDeadlineNs()) {
            report();
        }
    }

    private void report() {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        writer.begin(packet);
        arrivals.writeFeedback(writer, 1, 2);
        if (reader.wrap(packet) && reader.next() && feedback.wrap(reader)) {
            estimator.onFeedback(feedback, nowNs);
        }
        packet.release();
    }

    /** What the allocation would have use for. */
    void wants(long bps) {
        estimator.wanted(bps, bps, bps, nowNs);
    }

    @Override
    public void close() {
        pool.close();
    }
}

package dev.parley.benchmarks.congestion;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.stream.FeedbackInterval;
import dev.parley.sfu.stream.TransportArrivals;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** A browser's end: notes when packets arrive and tells of it as transport-wide feedback, in real RTCP packets. */
final class MediaReceiver {
    private static final int IP_UDP_SRTCP_BYTES = 28 + 18;

    private final Simulation simulation;
    private final PacketPool pool;
    private final Set<PacketBuffer> underWay = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Consumer<Feedback> way;
    private final TransportArrivals arrivals = new TransportArrivals(FeedbackInterval.MIN_NS);
    private final FeedbackInterval interval = new FeedbackInterval();
    private final RtcpWriter writer = new RtcpWriter();
    private long plannedNs = Long.MAX_VALUE;
    private long stalledUntilNs;

    /**
     * A feedback on its way.
     *
     * @param packet to be released by whoever takes it
     */
    record Feedback(PacketBuffer packet, int wireBytes) {}

    MediaReceiver(Simulation simulation, PacketPool pool, Consumer<Feedback> way) {
        this.simulation = simulation;
        this.pool = pool;
        this.way = way;
    }

    /** From now on nothing is read and nothing told for so long: the browser gets no CPU. */
    void stall(long ns) {
        stalledUntilNs = simulation.nowNs() + ns;
    }

    /** A packet has come as far as the socket. */
    void received(int transportSequence, int bytes) {
        simulation.at(stalledUntilNs, () -> read(transportSequence, bytes));
    }

    private void read(int transportSequence, int bytes) {
        if (interval.received(bytes, simulation.nowNs())) {
            arrivals.interval(interval.ns());
        }
        arrivals.record(transportSequence, simulation.nowNs());
        plan();
    }

    private void plan() {
        long dueNs = arrivals.nextDeadlineNs();
        if (dueNs < plannedNs) {
            plannedNs = dueNs;
            simulation.at(dueNs, this::report);
        }
    }

    /** A feedback has arrived, or been lost. */
    void ended(Feedback feedback) {
        if (underWay.remove(feedback.packet())) {
            feedback.packet().release();
        }
    }

    /** The simulation ends with feedback on its way. */
    void close() {
        underWay.forEach(PacketBuffer::release);
        underWay.clear();
    }

    private void report() {
        if (simulation.nowNs() < stalledUntilNs) {
            // Among what has to be read then: so it tells of a part of that only.
            simulation.at(stalledUntilNs, this::report);
            return;
        }
        plannedNs = Long.MAX_VALUE;
        boolean all = arrivals.nextDeadlineNs() > simulation.nowNs();
        while (!all) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire(), "the pool is empty");
            writer.begin(packet);
            all = arrivals.writeFeedback(writer, 1, 2);
            underWay.add(packet);
            way.accept(new Feedback(packet, packet.length() + IP_UDP_SRTCP_BYTES));
        }
        plan();
    }
}

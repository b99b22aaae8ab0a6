package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.GsoRuns;
import dev.parley.sfu.shard.GatherPolicy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A shard's loop and port as far as batching goes: turns take virtual time, datagrams that come meanwhile wait in a
 * socket, and what is sent is counted in runs by the rule of the real port.
 */
final class SimulatedLoop {
    /** What sending costs, from the times measured for runs of 1, 4 and 8 packets: each packet, and each run. */
    private static final long PACKET_NS = 162;

    private static final long RUN_NS = 1_039;
    private static final int PADDING_BIT = 0x20;
    private static final int MAX_DELAYS = 1 << 20;

    private final SimulatedShard shard;
    private final VirtualClock clock;
    private final GatherPolicy policy;
    private final Queue<Waiting> socket = new ArrayDeque<>();
    private final Runs runs = new Runs();
    private final Runs withoutPadding = new Runs();
    private final long[] delaysNs = new long[MAX_DELAYS];
    private int delays;
    private long packetsOut;
    private long padded;
    private boolean turnPlanned;
    private boolean counting;
    private long busyNs;

    @SuppressWarnings("ArrayRecordComponent") // Written once, compared by nobody.
    private record Waiting(byte[] datagram, TransportAddress from, long arrivedNs) {}

    /** Counts runs of one kind. */
    private static final class Runs {
        private final GsoRuns run = new GsoRuns();
        private @Nullable TransportAddress to;
        private long runs;
        private long packets;

        /** Whether the packet began a run. */
        boolean add(int length, TransportAddress remote) {
            packets++;
            if (remote.equals(to) && run.fits(length)) {
                run.add(length);
                return false;
            }
            run.begin(length);
            to = remote;
            runs++;
            return true;
        }

        double mean() {
            return (double) packets / runs;
        }
    }

    SimulatedLoop(SimulatedShard shard, VirtualClock clock, GatherPolicy policy) {
        this.shard = shard;
        this.clock = clock;
        this.policy = policy;
    }

    void arrived(byte[] datagram, TransportAddress from) {
        socket.add(new Waiting(datagram, from, clock.nowNs()));
        planTurn();
    }

    private void planTurn() {
        if (!turnPlanned && !socket.isEmpty()) {
            turnPlanned = true;
            clock.after(policy.gatherNs(), this::turn);
        }
    }

    private void turn() {
        long startNs = clock.nowNs();
        busyNs = 0;
        int read = socket.size();
        Waiting[] batch = new Waiting[read];
        for (int i = 0; i < read; i++) {
            batch[i] = socket.remove();
            shard.take(batch[i].datagram(), batch[i].from());
        }
        shard.turnEnd();
        long endNs = startNs + busyNs;
        for (Waiting waiting : batch) {
            if (counting && delays < MAX_DELAYS && waiting.datagram().length > 50) {
                delaysNs[delays++] = endNs - waiting.arrivedNs();
            }
        }
        clock.at(endNs, () -> {
            policy.turnEnded(endNs, packetsOut, endNs - startNs);
            turnPlanned = false;
            planTurn();
        });
    }

    /** The port is given a packet. */
    void sent(PacketBuffer packet, TransportAddress remote) {
        packetsOut++;
        boolean isPadded = (packet.u8(0) >>> 6) == 2 && !isRtcp(packet) && (packet.u8(0) & PADDING_BIT) != 0;
        if (counting) {
            padded += isPadded ? 1 : 0;
            withoutPadding.add(packet.length() - (isPadded ? 1 : 0), remote);
            busyNs += runs.add(packet.length(), remote) ? RUN_NS : 0;
        }
        busyNs += PACKET_NS;
    }

    private static boolean isRtcp(PacketBuffer packet) {
        return packet.u8(1) >= 192 && packet.u8(1) <= 223;
    }

    /** The port has sent everything, so the next packet begins a run. */
    void flushed() {
        runs.run.end();
        withoutPadding.run.end();
    }

    void startCounting() {
        counting = true;
    }

    long packets() {
        return runs.packets;
    }

    /** Packets a run in the mean, RTCP and everything included. */
    double meanRun() {
        return runs.mean();
    }

    /** What the mean had been if no packet had been padded. */
    double meanRunWithoutPadding() {
        return withoutPadding.mean();
    }

    /** The share of packets that got a byte of padding. */
    double paddedShare() {
        return (double) padded / packets();
    }

    /** Media's time from its arrival to the end of its turn, in microseconds: at {@code quantile}, 0 to 1. */
    double delayUs(double quantile) {
        Arrays.sort(delaysNs, 0, delays);
        return delaysNs[(int) Math.min(delays - 1, quantile * delays)] / 1_000.0;
    }

    /** What sending cost, in nanoseconds a packet, by the measured times. */
    double sendingNs() {
        return PACKET_NS + (double) RUN_NS * runs.runs / packets();
    }
}

package dev.parley.benchmarks.congestion;

import java.util.BitSet;

/**
 * A long TCP download with CUBIC (RFC 9438): slow start, congestion avoidance, fast recovery after three later
 * acknowledgements, and a timeout. Segments have sizes only, each is acknowledged, and acknowledgements are not lost.
 */
final class TcpFlow implements Traffic {
    private static final int SEGMENT = 1_500;
    private static final double BETA = 0.7;
    private static final double C = 0.4;
    private static final int DUPLICATES = 3;
    private static final long TIMEOUT_NS = 1_000_000_000;

    private final Simulation simulation;
    private final Path path;
    private final FlowLog log;
    private final BitSet acknowledged = new BitSet();
    private int next;
    private int lowest;
    private int inFlight;
    private double window = 10;
    private double threshold = Double.MAX_VALUE;
    private int recoverUntil = -1;
    private double windowBefore;
    private long epochNs = Long.MIN_VALUE;
    private long heardNs;

    TcpFlow(Simulation simulation, Path path, FlowLog log) {
        this.simulation = simulation;
        this.path = path;
        this.log = log;
    }

    @Override
    public void start() {
        heardNs = simulation.nowNs();
        fill();
        watch();
    }

    @Override
    public FlowLog log() {
        return log;
    }

    private void fill() {
        while (inFlight < (int) window) {
            int segment = next++;
            inFlight++;
            log.sent();
            path.send(SEGMENT, new Bottleneck.Transit() {
                @Override
                public void arrived(double queuedMs) {
                    log.arrived(simulation.seconds(), SEGMENT, queuedMs);
                    simulation.after(2 * path.delayNs(), () -> heard(segment));
                }

                @Override
                public void lost(boolean byQueue) {
                    log.lost(byQueue);
                }
            });
        }
    }

    private void heard(int segment) {
        heardNs = simulation.nowNs();
        acknowledged.set(segment);
        inFlight = Math.max(0, inFlight - 1);
        if (window < threshold) {
            window++;
        } else {
            window += Math.max(0, Math.min(cubic() - window, window)) / window;
        }
        while (lowest <= segment - DUPLICATES) {
            if (!acknowledged.get(lowest)) {
                lost(lowest);
            }
            lowest++;
        }
        fill();
    }

    private double cubic() {
        if (epochNs == Long.MIN_VALUE) {
            epochNs = simulation.nowNs();
            windowBefore = Math.max(windowBefore, window);
        }
        double t = (simulation.nowNs() - epochNs) / 1e9;
        double k = Math.cbrt(windowBefore * (1 - BETA) / C);
        return C * Math.pow(t - k, 3) + windowBefore;
    }

    private void lost(int segment) {
        inFlight = Math.max(0, inFlight - 1);
        if (segment > recoverUntil) {
            recoverUntil = next;
            windowBefore = window;
            window = Math.max(2, window * BETA);
            threshold = window;
            epochNs = simulation.nowNs();
        }
    }

    private void watch() {
        if (simulation.nowNs() - heardNs >= TIMEOUT_NS) {
            heardNs = simulation.nowNs();
            threshold = Math.max(2, window / 2);
            window = 1;
            inFlight = 0;
            lowest = next;
            recoverUntil = next;
            epochNs = Long.MIN_VALUE;
        }
        fill();
        simulation.after(TIMEOUT_NS / 4, this::watch);
    }
}

package dev.parley.benchmarks.congestion;

/** One flow's way: to the bottleneck at once, behind it a propagation delay, and another way back. */
final class Path {
    private final Simulation simulation;
    private final Bottleneck forward;
    private final Bottleneck backward;
    private final long delayNs;

    Path(Simulation simulation, Bottleneck forward, Bottleneck backward, long delayNs) {
        this.simulation = simulation;
        this.forward = forward;
        this.backward = backward;
        this.delayNs = delayNs;
    }

    void send(int bytes, Bottleneck.Transit transit) {
        forward.send(bytes, transit);
    }

    /** Sends something back, which may be lost. */
    void back(int bytes, Runnable arrival, Runnable loss) {
        backward.send(bytes, new Bottleneck.Transit() {
            @Override
            public void arrived(double queuedMs) {
                simulation.after(delayNs, arrival);
            }

            @Override
            public void lost(boolean byQueue) {
                loss.run();
            }
        });
    }

    /** One way, without any queue. */
    long delayNs() {
        return delayNs;
    }
}

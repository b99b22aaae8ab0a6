package dev.parley.benchmarks.congestion;

import java.util.List;

/**
 * What a bottleneck carries over time.
 *
 * @param steps in the order of their time; the first is at 0
 */
record Capacity(List<Step> steps) {
    /**
     * A change.
     *
     * @param atSeconds since the start
     * @param bps from then on, in bits per second of IP packets
     */
    record Step(double atSeconds, double bps) {}

    Capacity {
        steps = List.copyOf(steps);
    }

    static Capacity constant(double bps) {
        return new Capacity(List.of(new Step(0, bps)));
    }

    /** Pairs of seconds and bits per second. */
    static Capacity of(double... pairs) {
        Step[] steps = new Step[pairs.length / 2];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new Step(pairs[2 * i], pairs[2 * i + 1]);
        }
        return new Capacity(List.of(steps));
    }

    double bpsAt(double seconds) {
        double bps = steps.getFirst().bps();
        for (Step step : steps) {
            if (step.atSeconds() <= seconds) {
                bps = step.bps();
            }
        }
        return bps;
    }
}

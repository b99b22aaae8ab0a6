package dev.parley.benchmarks.congestion;

import dev.parley.sfu.buffer.PacketPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Runs one scenario, the same way for the same seed. */
final class ScenarioRun {
    /** Below it a queue is empty: it is less than what a frame takes. */
    private static final double EMPTY_MS = 10;

    private static final double WINDOW_S = 0.5;
    private static final double FINDING_OUT_S = 5;
    private static final int POOL = 4_096;

    private final Scenario scenario;
    private final Simulation simulation = new Simulation();
    private final List<Traffic> media = new ArrayList<>();
    private final List<Traffic> others = new ArrayList<>();
    /** All of them, those the other way too. */
    private final List<Traffic> started = new ArrayList<>();

    private final double[] queueMs;
    private final double[] drains;

    /**
     * What came of it.
     *
     * @param flows those of media first
     * @param queueMs the queue at its longest, each tenth of a second
     */
    @SuppressWarnings("ArrayRecordComponent") // Written once, compared by nobody.
    record Outcome(Scenario scenario, Figures figures, List<FlowLog> flows, double[] queueMs) {
        boolean withinBounds() {
            return scenario.bounds().stream().allMatch(bound -> bound.holds(figures));
        }
    }

    ScenarioRun(Scenario scenario) {
        this.scenario = scenario;
        this.queueMs = new double[(int) (scenario.seconds() / FlowLog.BIN_S) + 1];
        this.drains = new double[scenario.capacity().steps().size()];
        Arrays.fill(drains, Double.POSITIVE_INFINITY);
    }

    Outcome run(long seed) {
        Random random = new Random(seed);
        try (PacketPool pool = PacketPool.bounded(POOL)) {
            Bottleneck forward = new Bottleneck(
                    simulation,
                    scenario.capacity(),
                    Scenario.QUEUE_S,
                    scenario.randomLoss(),
                    scenario.burstBytes(),
                    new Random(random.nextLong()),
                    this::queued);
            Bottleneck backward = new Bottleneck(
                    simulation, scenario.feedback(), Scenario.QUEUE_S, 0, 0, new Random(random.nextLong()), _ -> {});
            int number = 1;
            for (Scenario.Flow flow : scenario.flows()) {
                add(flow, number++, forward, backward, pool, random.nextLong());
            }
            simulation.runUntil(simulation.atSeconds(scenario.seconds()));
            started.forEach(Traffic::close);
        }
        List<FlowLog> logs = new ArrayList<>();
        media.forEach(flow -> logs.add(flow.log()));
        others.forEach(flow -> logs.add(flow.log()));
        return new Outcome(scenario, figures(), logs, queueMs);
    }

    private void add(
            Scenario.Flow flow, int number, Bottleneck forward, Bottleneck backward, PacketPool pool, long seed) {
        Path path = flow.backward()
                ? new Path(simulation, backward, forward, (long) (flow.delayMs() * 1e6))
                : new Path(simulation, forward, backward, (long) (flow.delayMs() * 1e6));
        switch (flow.kind()) {
            case MEDIA -> {
                MediaFlow traffic = new MediaFlow(
                        simulation, path, flow.camera(), pool, new Random(seed), new FlowLog("media " + number));
                if (!flow.backward()) {
                    media.add(traffic);
                }
                begin(traffic, flow);
                if (flow.pauseTo() > flow.pauseFrom()) {
                    simulation.at(simulation.atSeconds(flow.pauseFrom()), () -> traffic.paused(true));
                    simulation.at(simulation.atSeconds(flow.pauseTo()), () -> traffic.paused(false));
                }
                for (double at = flow.stallEvery(); at > 0 && at < scenario.seconds(); at += flow.stallEvery()) {
                    simulation.at(simulation.atSeconds(at), () -> traffic.stall(flow.stallSeconds()));
                }
            }
            case TCP -> {
                TcpFlow traffic = new TcpFlow(simulation, path, new FlowLog("TCP " + number));
                if (!flow.backward()) {
                    others.add(traffic);
                }
                begin(traffic, flow);
            }
        }
    }

    private void begin(Traffic traffic, Scenario.Flow flow) {
        started.add(traffic);
        simulation.at(simulation.atSeconds(flow.fromSeconds()), traffic::start);
    }

    private void queued(double milliseconds) {
        double now = simulation.seconds();
        int bin = Math.min(queueMs.length - 1, (int) (now / FlowLog.BIN_S));
        queueMs[bin] = Math.max(queueMs[bin], milliseconds);
        List<Capacity.Step> steps = scenario.capacity().steps();
        for (int i = 0; i < steps.size(); i++) {
            if (milliseconds <= EMPTY_MS && now >= steps.get(i).atSeconds() && drains[i] == Double.POSITIVE_INFINITY) {
                drains[i] = now - steps.get(i).atSeconds();
            }
        }
    }

    // --- figures --------------------------------------------------------------------------------------------------

    private Figures figures() {
        double half = scenario.seconds() / 2;
        double end = scenario.seconds();
        double arrived = 0;
        for (Traffic flow : media) {
            arrived += flow.log().bps(0, end);
        }
        double mediaHalf = sum(media, half, end);
        double otherHalf = sum(others, half, end);
        for (Traffic flow : others) {
            arrived += flow.log().bps(0, end);
        }
        return new Figures(
                arrived / meanCapacity(),
                mean(0.5),
                mean(0.95),
                media.stream()
                        .mapToDouble(flow -> flow.log().lostInQueueShare())
                        .max()
                        .orElse(0),
                media.stream().mapToDouble(flow -> flow.log().lostShare()).max().orElse(0),
                longest(true),
                longest(false),
                fairness(half, end),
                others.isEmpty() ? Double.NaN : mediaHalf / (mediaHalf + otherHalf),
                estimates().min().orElse(Double.NaN),
                estimates().max().orElse(Double.NaN),
                media.getFirst().log().longestWithoutPictureS());
    }

    /** The first flow's estimates as shares of the capacity, without those of the time in which it may find out. */
    private DoubleStream estimates() {
        FlowLog log = media.getFirst().log();
        return IntStream.range(0, (int) (scenario.seconds() / FlowLog.BIN_S))
                .filter(bin -> sinceStep((bin + 0.5) * FlowLog.BIN_S) > FINDING_OUT_S)
                .mapToDouble(bin -> log.estimate(bin) / scenario.capacity().bpsAt((bin + 0.5) * FlowLog.BIN_S));
    }

    private double sinceStep(double seconds) {
        return scenario.capacity().steps().stream()
                .mapToDouble(step -> seconds - step.atSeconds())
                .filter(since -> since >= 0)
                .min()
                .orElse(0);
    }

    private static double sum(List<Traffic> flows, double from, double to) {
        return flows.stream().mapToDouble(flow -> flow.log().bps(from, to)).sum();
    }

    private double mean(double quantile) {
        return media.stream()
                .mapToDouble(flow -> flow.log().queuedMs(quantile))
                .average()
                .orElse(Double.NaN);
    }

    private double meanCapacity() {
        double bits = 0;
        for (int i = 0; i * FlowLog.BIN_S < scenario.seconds(); i++) {
            bits += scenario.capacity().bpsAt((i + 0.5) * FlowLog.BIN_S) * FlowLog.BIN_S;
        }
        return bits / scenario.seconds();
    }

    /** Over the steps up, the time to 90 % of the new rate; over the steps down, the time until the queue is gone. */
    private double longest(boolean up) {
        double longest = Double.NaN;
        List<Capacity.Step> steps = scenario.capacity().steps();
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).bps() > steps.get(i - 1).bps() == up) {
                double took = up ? secondsTo90Percent(steps.get(i)) : drains[i];
                longest = Double.isNaN(longest) ? took : Math.max(longest, took);
            }
        }
        return longest;
    }

    private double secondsTo90Percent(Capacity.Step step) {
        for (double t = step.atSeconds(); t + WINDOW_S <= scenario.seconds(); t += FlowLog.BIN_S) {
            if (sum(media, t, t + WINDOW_S) >= 0.9 * step.bps()) {
                return t + WINDOW_S - step.atSeconds();
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private double fairness(double from, double to) {
        if (media.size() < 2) {
            return Double.NaN;
        }
        double total = sum(media, from, to);
        double squares = media.stream()
                .mapToDouble(flow -> Math.pow(flow.log().bps(from, to), 2))
                .sum();
        return total * total / (media.size() * squares);
    }
}

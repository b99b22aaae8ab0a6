package dev.parley.benchmarks.congestion;

import static dev.parley.benchmarks.congestion.Scenario.Bound.atLeast;
import static dev.parley.benchmarks.congestion.Scenario.Bound.atMost;

import dev.parley.benchmarks.congestion.Scenario.Figure;
import dev.parley.benchmarks.congestion.Scenario.Flow;
import java.util.List;

/** The scenarios of RFC 8867 and some of our own, with the bounds that Parley's sender keeps. */
final class Scenarios {
    private static final double MBPS = 1e6;
    private static final Camera ANY_RATE = new Camera(100_000, 6 * MBPS);
    private static final Camera LAYERS = Camera.layered(1, 150_000, 500_000, 1.7 * MBPS);

    /** A keyframe of the lowest is 7.5 kB, as in Chromium: a fifth of a second of 300 kbit/s. */
    private static final Camera LAYERS_WITH_KEYFRAMES = Camera.layered(12, 150_000, 500_000, 1.7 * MBPS);

    /** What `tc tbf` lets pass at once in web-client/e2e/links.test.ts. */
    private static final int TBF_BURST_BYTES = 3_000;

    private static final Camera SMALL = new Camera(50_000, 500_000);

    /** RFC 8867 §5.1 and §5.2: relative to a reference of 1 and 2 Mbit/s. */
    private static final Capacity VARIABLE = Capacity.of(0, 1 * MBPS, 40, 2.5 * MBPS, 60, 0.6 * MBPS, 80, 1 * MBPS);

    /** Of the figures in docs/congestion.md and in the tests. */
    static final long SEED = 1;

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of("variable-capacity", "RFC 8867 §5.1", 100, VARIABLE, Flow.media(50, ANY_RATE))
                        .within(
                                atLeast(Figure.UTILISATION, 0.85),
                                atMost(Figure.QUEUE_P95_MS, 100),
                                atMost(Figure.LOSS, 0.01),
                                atMost(Figure.SECONDS_TO_90_PERCENT, 6),
                                atMost(Figure.SECONDS_TO_DRAIN, 1.5)),
                Scenario.of(
                                "variable-capacity-two",
                                "RFC 8867 §5.2",
                                125,
                                Capacity.of(0, 4 * MBPS, 25, 2 * MBPS, 50, 3.5 * MBPS, 75, 1 * MBPS, 100, 2 * MBPS),
                                Flow.media(50, ANY_RATE),
                                Flow.media(50, ANY_RATE))
                        .within(atLeast(Figure.UTILISATION, 0.80), atMost(Figure.QUEUE_P95_MS, 120)),
                Scenario.of(
                                "congested-feedback",
                                "RFC 8867 §5.3",
                                100,
                                Capacity.of(0, 2 * MBPS, 20, 1 * MBPS, 40, 0.5 * MBPS, 60, 2 * MBPS),
                                Flow.media(50, ANY_RATE),
                                Flow.media(50, ANY_RATE).goingBack())
                        .withFeedback(Capacity.of(0, 2 * MBPS, 35, 0.8 * MBPS, 70, 2 * MBPS))
                        .within(atLeast(Figure.UTILISATION, 0.75), atMost(Figure.QUEUE_P95_MS, 150)),
                Scenario.of(
                                "two-flows",
                                "RFC 8867 §5.4, two flows",
                                120,
                                Capacity.constant(3.5 * MBPS),
                                Flow.media(50, ANY_RATE),
                                Flow.media(50, ANY_RATE).from(20))
                        .within(
                                atLeast(Figure.UTILISATION, 0.85),
                                atMost(Figure.QUEUE_P95_MS, 100),
                                atLeast(Figure.FAIRNESS, 0.95)),
                Scenario.of(
                                "three-flows",
                                "RFC 8867 §5.4",
                                120,
                                Capacity.constant(3.5 * MBPS),
                                Flow.media(50, ANY_RATE),
                                Flow.media(50, ANY_RATE).from(20),
                                Flow.media(50, ANY_RATE).from(40))
                        .within(atLeast(Figure.UTILISATION, 0.85), atMost(Figure.QUEUE_P95_MS, 120)),
                Scenario.of(
                                "round-trip-fairness",
                                "RFC 8867 §5.5",
                                300,
                                Capacity.constant(4 * MBPS),
                                Flow.media(10, ANY_RATE),
                                Flow.media(25, ANY_RATE).from(10),
                                Flow.media(50, ANY_RATE).from(20),
                                Flow.media(100, ANY_RATE).from(30),
                                Flow.media(150, ANY_RATE).from(40))
                        .within(atLeast(Figure.UTILISATION, 0.85)),
                Scenario.of(
                                "long-tcp",
                                "RFC 8867 §5.6",
                                120,
                                Capacity.constant(2 * MBPS),
                                Flow.media(50, ANY_RATE),
                                Flow.tcp(50).from(5))
                        .within(atLeast(Figure.SHARE, 0.05)),
                Scenario.of(
                                "pause-and-resume",
                                "RFC 8867 §5.8",
                                120,
                                Capacity.constant(3.5 * MBPS),
                                Flow.media(50, ANY_RATE).pausing(40, 60),
                                Flow.media(50, ANY_RATE),
                                Flow.media(50, ANY_RATE))
                        .within(atLeast(Figure.UTILISATION, 0.85), atMost(Figure.QUEUE_P95_MS, 120)),
                Scenario.of(
                                "random-loss-5",
                                "5 % random loss",
                                60,
                                Capacity.constant(2 * MBPS),
                                Flow.media(50, ANY_RATE))
                        .withLoss(0.05)
                        .within(atLeast(Figure.UTILISATION, 0.75), atMost(Figure.QUEUE_P95_MS, 100)),
                Scenario.of(
                                "random-loss-10",
                                "10 % random loss",
                                60,
                                Capacity.constant(2 * MBPS),
                                Flow.media(50, ANY_RATE))
                        .withLoss(0.10)
                        .within(atLeast(Figure.UTILISATION, 0.70), atMost(Figure.QUEUE_P95_MS, 100)),
                Scenario.of(
                                "step-to-a-tenth",
                                "a tenth of the capacity, and back",
                                60,
                                Capacity.of(0, 3 * MBPS, 20, 0.3 * MBPS, 40, 3 * MBPS),
                                Flow.media(50, ANY_RATE))
                        .within(atMost(Figure.SECONDS_TO_90_PERCENT, 6), atMost(Figure.SECONDS_TO_DRAIN, 1.5)),
                Scenario.of(
                                "layers",
                                "simulcast layers of 150, 500 and 1,700 kbit/s",
                                100,
                                Capacity.of(0, 0.3 * MBPS, 25, 1 * MBPS, 50, 2.5 * MBPS, 75, 1 * MBPS),
                                Flow.media(25, LAYERS))
                        .within(atMost(Figure.QUEUE_P95_MS, 100), atMost(Figure.LOSS, 0.02)),
                Scenario.of(
                                "narrow-link",
                                "layers with keyframes behind a token bucket, from 2.5 Mbit/s down to 300 kbit/s and back",
                                100,
                                Capacity.of(
                                        0, 2.5 * MBPS, 20, 1 * MBPS, 40, 0.3 * MBPS, 60, 2.5 * MBPS, 80, 0.3 * MBPS),
                                Flow.media(5, LAYERS_WITH_KEYFRAMES))
                        .withBurst(TBF_BURST_BYTES)
                        .within(
                                atLeast(Figure.ESTIMATE_LEAST, 0.7),
                                atMost(Figure.ESTIMATE_MOST, 1.2),
                                atMost(Figure.SECONDS_WITHOUT_PICTURE, 1),
                                atMost(Figure.LOSS, 0.02)),
                Scenario.of(
                                "receiver-stalls",
                                "a receiver that gets no CPU for half a second, again and again",
                                60,
                                Capacity.constant(5 * MBPS),
                                Flow.media(25, SMALL).stalling(0.5, 2))
                        // The camera's most and audio are 0.11 of the path: next to nothing of it may be missing.
                        .within(atLeast(Figure.UTILISATION, 0.105)));
    }

    static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("no scenario is named " + name));
    }
}

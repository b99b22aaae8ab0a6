package dev.parley.benchmarks.congestion;

import java.util.List;

/**
 * A simulated network, who sends over it, and what must come of it.
 *
 * @param name unique, in kebab-case
 * @param source where it is from, such as a section of RFC 8867
 * @param seconds how long it runs
 * @param capacity of the bottleneck
 * @param feedback the rate of the way back
 * @param randomLoss share of packets lost by chance behind the queue
 * @param burstBytes what the bottleneck lets pass at once after it was idle
 * @param flows who sends
 * @param bounds what must hold
 */
record Scenario(
        String name,
        String source,
        double seconds,
        Capacity capacity,
        Capacity feedback,
        double randomLoss,
        int burstBytes,
        List<Flow> flows,
        List<Bound> bounds) {
    /** RFC 8867 §4.1. */
    static final double QUEUE_S = 0.3;

    private static final double UNLIMITED_BPS = 1e9;

    Scenario {
        flows = List.copyOf(flows);
        bounds = List.copyOf(bounds);
    }

    /** What runs over any path. */
    static Scenario of(String name, String source, double seconds, Capacity capacity, Flow... flows) {
        return new Scenario(
                name, source, seconds, capacity, Capacity.constant(UNLIMITED_BPS), 0, 0, List.of(flows), List.of());
    }

    Scenario withLoss(double share) {
        return new Scenario(name, source, seconds, capacity, feedback, share, burstBytes, flows, bounds);
    }

    Scenario withFeedback(Capacity newFeedback) {
        return new Scenario(name, source, seconds, capacity, newFeedback, randomLoss, burstBytes, flows, bounds);
    }

    Scenario within(Bound... newBounds) {
        return new Scenario(
                name, source, seconds, capacity, feedback, randomLoss, burstBytes, flows, List.of(newBounds));
    }

    Scenario withBurst(int bytes) {
        return new Scenario(name, source, seconds, capacity, feedback, randomLoss, bytes, flows, bounds);
    }

    /** Whether a flow is one of ours. */
    enum Kind {
        MEDIA,
        TCP
    }

    /**
     * One flow.
     *
     * @param delayMs of propagation, one way
     * @param backward whether it goes the way of the feedback
     * @param fromSeconds when it begins
     * @param pauseFrom when a camera is paused, and until when; 0 and 0 for never
     * @param stallSeconds for how long the receiver does not run, again and again; 0 for never
     * @param stallEvery from one such stall to the next
     */
    record Flow(
            Kind kind,
            double delayMs,
            boolean backward,
            double fromSeconds,
            double pauseFrom,
            double pauseTo,
            double stallSeconds,
            double stallEvery,
            Camera camera) {
        static Flow media(double delayMs, Camera camera) {
            return new Flow(Kind.MEDIA, delayMs, false, 0, 0, 0, 0, 0, camera);
        }

        static Flow tcp(double delayMs) {
            return new Flow(Kind.TCP, delayMs, false, 0, 0, 0, 0, 0, new Camera(0, 0));
        }

        Flow from(double seconds) {
            return new Flow(kind, delayMs, backward, seconds, pauseFrom, pauseTo, stallSeconds, stallEvery, camera);
        }

        Flow pausing(double from, double to) {
            return new Flow(kind, delayMs, backward, fromSeconds, from, to, stallSeconds, stallEvery, camera);
        }

        Flow goingBack() {
            return new Flow(kind, delayMs, true, fromSeconds, pauseFrom, pauseTo, stallSeconds, stallEvery, camera);
        }

        Flow stalling(double seconds, double every) {
            return new Flow(kind, delayMs, backward, fromSeconds, pauseFrom, pauseTo, seconds, every, camera);
        }
    }

    /**
     * What a figure must be.
     *
     * @param atLeast whether the limit is the least, or else the most
     */
    record Bound(Figure figure, boolean atLeast, double limit) {
        static Bound atLeast(Figure figure, double limit) {
            return new Bound(figure, true, limit);
        }

        static Bound atMost(Figure figure, double limit) {
            return new Bound(figure, false, limit);
        }

        boolean holds(Figures figures) {
            double value = figure.of(figures);
            // What could not be measured, such as a queue that never empties, holds nothing.
            return atLeast ? value >= limit : value <= limit;
        }
    }

    /** What bounds are about. */
    enum Figure {
        UTILISATION,
        QUEUE_P95_MS,
        LOSS,
        SECONDS_TO_90_PERCENT,
        SECONDS_TO_DRAIN,
        FAIRNESS,
        SHARE,
        ESTIMATE_LEAST,
        ESTIMATE_MOST,
        SECONDS_WITHOUT_PICTURE;

        double of(Figures figures) {
            return switch (this) {
                case UTILISATION -> figures.utilisation();
                case QUEUE_P95_MS -> figures.queueP95Ms();
                case LOSS -> figures.loss();
                case SECONDS_TO_90_PERCENT -> figures.secondsTo90Percent();
                case SECONDS_TO_DRAIN -> figures.secondsToDrain();
                case FAIRNESS -> figures.fairness();
                case SHARE -> figures.mediaShare();
                case ESTIMATE_LEAST -> figures.estimateLeast();
                case ESTIMATE_MOST -> figures.estimateMost();
                case SECONDS_WITHOUT_PICTURE -> figures.secondsWithoutPicture();
            };
        }
    }
}

package dev.parley.benchmarks.congestion;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is written as JSON.
 *
 * @param seed that gives the same again
 */
record CongestionReport(long seed, List<Result> scenarios) {
    private static final String ROW = "%-22s %6s %8s %8s %7s %9s %9s %7s %7s  %s";

    /**
     * One scenario; a figure that does not apply, or that was never reached, is {@code null}.
     *
     * @param bounds what had to hold, in words
     */
    record Result(
            String name,
            String source,
            @Nullable Double utilisation,
            @Nullable Double queueP50Ms,
            @Nullable Double queueP95Ms,
            @Nullable Double loss,
            @Nullable Double lossInAll,
            @Nullable Double secondsTo90Percent,
            @Nullable Double secondsToDrain,
            @Nullable Double fairness,
            @Nullable Double mediaShare,
            @Nullable Double estimateLeast,
            @Nullable Double estimateMost,
            @Nullable Double secondsWithoutPicture,
            List<String> bounds,
            boolean withinBounds) {}

    static CongestionReport of(long seed, List<ScenarioRun.Outcome> outcomes) {
        return new CongestionReport(
                seed, outcomes.stream().map(CongestionReport::result).toList());
    }

    private static Result result(ScenarioRun.Outcome outcome) {
        Figures figures = outcome.figures();
        return new Result(
                outcome.scenario().name(),
                outcome.scenario().source(),
                finite(figures.utilisation()),
                finite(figures.queueP50Ms()),
                finite(figures.queueP95Ms()),
                finite(figures.loss()),
                finite(figures.lossInAll()),
                finite(figures.secondsTo90Percent()),
                finite(figures.secondsToDrain()),
                finite(figures.fairness()),
                finite(figures.mediaShare()),
                finite(figures.estimateLeast()),
                finite(figures.estimateMost()),
                finite(figures.secondsWithoutPicture()),
                outcome.scenario().bounds().stream()
                        .map(CongestionReport::words)
                        .toList(),
                outcome.withinBounds());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String words(Scenario.Bound bound) {
        return bound.figure().name().toLowerCase(Locale.ROOT) + (bound.atLeast() ? " >= " : " <= ") + bound.limit();
    }

    static void printHead(PrintWriter out) {
        out.printf(
                ROW + "%n", "scenario", "use", "queue", "p95", "dropped", "up s", "drain s", "Jain", "share", "bounds");
    }

    static void print(PrintWriter out, ScenarioRun.Outcome outcome) {
        Figures figures = outcome.figures();
        String missed = outcome.scenario().bounds().stream()
                .filter(bound -> !bound.holds(figures))
                .map(CongestionReport::words)
                .collect(Collectors.joining(", "));
        out.printf(
                ROW + "%n",
                outcome.scenario().name(),
                cell("%.0f %%", 100 * figures.utilisation()),
                cell("%.0f ms", figures.queueP50Ms()),
                cell("%.0f ms", figures.queueP95Ms()),
                cell("%.2f %%", 100 * figures.loss()),
                cell("%.1f", figures.secondsTo90Percent()),
                cell("%.1f", figures.secondsToDrain()),
                cell("%.3f", figures.fairness()),
                cell("%.0f %%", 100 * figures.mediaShare()),
                missed.isEmpty() ? "kept" : "MISSED: " + missed);
    }

    private static String cell(String format, double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, format, value);
    }
}

package dev.parley.benchmarks.compare;

import java.util.Arrays;
import java.util.Collection;

/** Some values by their order: the median, the quartiles, and the ends. All NaN for no values. */
public record Spread(int count, double least, double quartile1, double median, double quartile3, double most) {
    static Spread of(Collection<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .toArray();
        Arrays.sort(sorted);
        return new Spread(
                sorted.length,
                quantile(sorted, 0),
                quantile(sorted, 0.25),
                quantile(sorted, 0.5),
                quantile(sorted, 0.75),
                quantile(sorted, 1));
    }

    private static double quantile(double[] sorted, double quantile) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = quantile * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }
}

package dev.parley.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/** An axis: values to pixels, and where its marks are. */
record Scale(double from, double to, double startPx, double endPx, boolean logarithmic, List<Double> ticks) {
    private static final int TICKS = 5;

    /** From 0 to a round number that has room for {@code most}. */
    static Scale linear(double most, double startPx, double endPx) {
        double step = step(Math.max(most, 1e-9));
        double to = Math.ceil(most / step - 1e-9) * step;
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= to + step / 2; i++) {
            ticks.add(i * step);
        }
        return new Scale(0, Math.max(to, step), startPx, endPx, false, ticks);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double most) {
        double raw = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double factor = raw / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    /** Over whole powers of ten. */
    static Scale logarithmic(double least, double most, double startPx, double endPx) {
        int low = (int) Math.floor(Math.log10(Math.max(least, 1e-6)));
        int high = Math.max(low + 1, (int) Math.ceil(Math.log10(Math.max(most, 1e-6))));
        List<Double> ticks = new ArrayList<>();
        for (int power = low; power <= high; power++) {
            ticks.add(Math.pow(10, power));
        }
        return new Scale(Math.pow(10, low), Math.pow(10, high), startPx, endPx, true, ticks);
    }

    double px(double value) {
        double share = logarithmic
                ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
                : (value - from) / (to - from);
        return startPx + Math.clamp(share, 0, 1) * (endPx - startPx);
    }
}

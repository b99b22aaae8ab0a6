package dev.parley.benchmarks.congestion;

import java.util.List;
import java.util.Locale;

/** Draws what a scenario came to: above, the rates that arrived against the capacity; below, the queue. */
final class Plot {
    private static final int WIDTH = 900;
    private static final int RATES = 260;
    private static final int QUEUE = 90;
    private static final int LEFT = 60;
    private static final int TOP = 36;
    private static final int GAP = 30;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 20;
    private static final int HEIGHT = TOP + RATES + GAP + QUEUE + 40;
    private static final double QUEUE_MS = 320;
    private static final List<String> COLOURS = List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e");
    private static final int BINS = 5;

    private final ScenarioRun.Outcome outcome;
    private final StringBuilder svg = new StringBuilder();
    private final double seconds;
    private final double maxBps;

    private Plot(ScenarioRun.Outcome outcome) {
        this.outcome = outcome;
        this.seconds = outcome.scenario().seconds();
        this.maxBps = 1.2
                * outcome.scenario().capacity().steps().stream()
                        .mapToDouble(Capacity.Step::bps)
                        .max()
                        .orElse(1);
    }

    static String draw(ScenarioRun.Outcome outcome) {
        return new Plot(outcome).draw();
    }

    private String draw() {
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        text(LEFT, 20, outcome.scenario().name() + ": " + outcome.scenario().source());
        axes();
        line("#888888", 2, capacity());
        legend(0, "#888888", "capacity");
        for (int flow = 0; flow < outcome.flows().size(); flow++) {
            String colour = COLOURS.get(flow % COLOURS.size());
            line(colour, 1.3, rate(outcome.flows().get(flow)));
            legend(flow + 1, colour, outcome.flows().get(flow).name());
        }
        line("#555555", 1, queue());
        return svg.append("</svg>\n").toString();
    }

    private void axes() {
        for (int tick = 0; tick <= 4; tick++) {
            double bps = maxBps * tick / 4;
            text(5, (int) rateY(bps) + 4, String.format(Locale.ROOT, "%.1f Mb/s", bps / 1e6));
            line("#dddddd", 1, point(0, rateY(bps)) + point(seconds, rateY(bps)));
        }
        for (int tick = 0; tick <= 2; tick++) {
            double ms = 150.0 * tick;
            text(5, (int) queueY(ms) + 4, String.format(Locale.ROOT, "%.0f ms", ms));
            line("#dddddd", 1, point(0, queueY(ms)) + point(seconds, queueY(ms)));
        }
        for (int tick = 0; tick <= 10; tick++) {
            double at = seconds * tick / 10;
            text((int) x(at) - 8, HEIGHT - 18, String.format(Locale.ROOT, "%.0f s", at));
        }
    }

    private String capacity() {
        StringBuilder points = new StringBuilder();
        double before = outcome.scenario().capacity().bpsAt(0);
        for (Capacity.Step step : outcome.scenario().capacity().steps()) {
            points.append(point(step.atSeconds(), rateY(before))).append(point(step.atSeconds(), rateY(step.bps())));
            before = step.bps();
        }
        return points.append(point(seconds, rateY(before))).toString();
    }

    private String rate(FlowLog flow) {
        StringBuilder points = new StringBuilder();
        double width = BINS * FlowLog.BIN_S;
        for (double t = 0; t + width <= seconds; t += width) {
            points.append(point(t + width / 2, rateY(Math.min(maxBps, flow.bps(t, t + width)))));
        }
        return points.toString();
    }

    private String queue() {
        StringBuilder points = new StringBuilder();
        for (int bin = 0; bin < outcome.queueMs().length; bin++) {
            points.append(point(bin * FlowLog.BIN_S, queueY(Math.min(QUEUE_MS, outcome.queueMs()[bin]))));
        }
        return points.toString();
    }

    private double x(double second) {
        return LEFT + PLOT_WIDTH * second / seconds;
    }

    private double rateY(double bps) {
        return TOP + RATES * (1 - bps / maxBps);
    }

    private static double queueY(double ms) {
        return TOP + RATES + GAP + QUEUE * (1 - ms / QUEUE_MS);
    }

    private String point(double second, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x(second), y);
    }

    private void line(String colour, double width, String points) {
        svg.append(String.format(
                Locale.ROOT,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" points=\"%s\"/>%n",
                colour,
                width,
                points.trim()));
    }

    private void text(int x, int y, String words) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>%n", x, y, words));
    }

    private void legend(int place, String colour, String name) {
        int x = WIDTH - 130;
        int y = TOP + 12 + 16 * place;
        svg.append(String.format(
                Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"3\" fill=\"%s\"/>%n", x, y - 4, colour));
        text(x + 20, y, name);
    }
}

package dev.parley.benchmarks.compare;

import static dev.parley.benchmarks.compare.Markup.escape;
import static dev.parley.benchmarks.compare.Markup.format;
import static dev.parley.benchmarks.compare.Markup.number;

import java.util.List;

/** Lines over two axes that begin at 0, with the spread of each point. */
record LineChart(String title, String xLabel, String yLabel, List<Line> lines) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 340;
    private static final int LEFT = 60;
    private static final int RIGHT = 110;
    private static final int TOP = 34;
    private static final int BOTTOM = 52;

    /** A point with the spread of its y. */
    record Point(double x, double y, double low, double high, String label) {}

    /** A line by the number of its colour, from 1. */
    record Line(String name, int colour, List<Point> points) {
        Line {
            points = List.copyOf(points);
        }
    }

    LineChart {
        lines = List.copyOf(lines);
    }

    private double most(java.util.function.ToDoubleFunction<Point> of) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(of)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
    }

    /** The drawing; its colours come from classes. */
    String svg() {
        Scale x = Scale.linear(most(Point::x), LEFT, WIDTH - RIGHT);
        Scale y = Scale.linear(most(point -> Math.max(point.y(), point.high())), HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" class=\"plot\">"
                        + "<title>%s</title><rect class=\"ground\" width=\"%d\" height=\"%d\"/>",
                WIDTH, HEIGHT, escape(title), WIDTH, HEIGHT));
        svg.append(format("<text class=\"head\" x=\"%d\" y=\"18\">%s</text>", 8, escape(title)));
        grid(svg, x, y);
        lines.forEach(line -> draw(svg, line, x, y));
        return svg.append("</svg>").toString();
    }

    private void grid(StringBuilder svg, Scale x, Scale y) {
        for (double tick : y.ticks()) {
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT, WIDTH - RIGHT, y.px(tick), y.px(tick), LEFT - 8, y.px(tick) + 4, number(tick)));
        }
        for (double tick : x.ticks()) {
            svg.append(format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x.px(tick), HEIGHT - BOTTOM + 18, number(tick)));
        }
        svg.append(format(
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, escape(xLabel)));
        svg.append(format(
                "<text class=\"axis\" transform=\"rotate(-90)\" x=\"%d\" y=\"14\" text-anchor=\"middle\">%s</text>",
                -(TOP + HEIGHT - BOTTOM) / 2, escape(yLabel)));
    }

    private static void draw(StringBuilder svg, Line line, Scale x, Scale y) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : " L", x.px(point.x()), y.px(point.y())));
        }
        if (line.points().size() > 1) {
            svg.append(format("<path class=\"line c%d\" d=\"%s\"/>", line.colour(), path));
        }
        for (Point point : line.points()) {
            double at = x.px(point.x());
            svg.append(format(
                    "<line class=\"spread c%d\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    line.colour(), at, at, y.px(point.low()), y.px(point.high())));
            svg.append(format(
                    "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s</title></circle>",
                    line.colour(),
                    at,
                    y.px(point.y()),
                    escape(line.name() + ", " + point.label() + ": " + number(point.y()))));
        }
        if (!line.points().isEmpty()) {
            Point last = line.points().getLast();
            svg.append(format(
                    "<text class=\"name f%d\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    line.colour(), x.px(last.x()) + 10, y.px(last.y()) + 4, escape(line.name())));
        }
    }
}

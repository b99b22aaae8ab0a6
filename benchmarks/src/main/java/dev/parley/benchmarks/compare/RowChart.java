package dev.parley.benchmarks.compare;

import static dev.parley.benchmarks.compare.Markup.escape;
import static dev.parley.benchmarks.compare.Markup.format;
import static dev.parley.benchmarks.compare.Markup.number;

import java.util.List;

/**
 * A row for each of some things: a bar from 0, or with several values of one thing, such as percentiles, a dot for each over
 * powers of ten.
 *
 * @param marks what the values of a row are, one or several
 */
record RowChart(String title, String xLabel, List<String> marks, List<Row> rows) {
    private static final int WIDTH = 720;
    private static final int LEFT = 210;
    private static final int RIGHT = 80;
    private static final int TOP = 40;
    private static final int BOTTOM = 46;
    private static final int ROW = 24;

    /** A row by the number of its colour, from 1. */
    record Row(String name, int colour, List<Double> values) {
        Row {
            values = List.copyOf(values);
        }
    }

    RowChart {
        marks = List.copyOf(marks);
        rows = List.copyOf(rows);
    }

    String svg() {
        int height = TOP + ROW * rows.size() + BOTTOM;
        double most = rows.stream()
                .flatMap(row -> row.values().stream())
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double least = rows.stream()
                .flatMap(row -> row.values().stream())
                .filter(value -> value > 0)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(most / 10);
        Scale x = marks.size() > 1
                ? Scale.logarithmic(least, most, LEFT, WIDTH - RIGHT)
                : Scale.linear(most, LEFT, WIDTH - RIGHT);
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" class=\"plot\"><title>%s</title>"
                        + "<rect class=\"ground\" width=\"%d\" height=\"%d\"/>",
                WIDTH, height, escape(title), WIDTH, height));
        svg.append(format("<text class=\"head\" x=\"8\" y=\"18\">%s</text>", escape(title)));
        for (double tick : x.ticks()) {
            svg.append(format(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                            + "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x.px(tick), x.px(tick), TOP - 6, height - BOTTOM, x.px(tick), height - BOTTOM + 16, number(tick)));
        }
        for (int i = 0; i < rows.size(); i++) {
            draw(svg, rows.get(i), TOP + ROW * i + ROW / 2, x);
        }
        return svg.append(format(
                        "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text></svg>",
                        (LEFT + WIDTH - RIGHT) / 2, height - 10, escape(xLabel)))
                .toString();
    }

    private void draw(StringBuilder svg, Row row, int y, Scale x) {
        svg.append(format(
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 10, y + 4, escape(row.name())));
        if (marks.size() == 1) {
            double value = row.values().getFirst();
            svg.append(format(
                    "<rect class=\"bar f%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\"/>",
                    row.colour(), LEFT, y - 7, Math.max(1, x.px(value) - LEFT)));
            svg.append(format(
                    "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s</text>", x.px(value) + 6, y + 4, number(value)));
            return;
        }
        svg.append(format(
                "<line class=\"spread c%d\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                row.colour(), x.px(row.values().getFirst()), x.px(row.values().getLast()), y, y));
        for (int i = 0; i < row.values().size(); i++) {
            double value = row.values().get(i);
            svg.append(format(
                    "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%d\" r=\"%d\"><title>%s</title></circle>",
                    row.colour(),
                    x.px(value),
                    y,
                    5 - i,
                    escape(row.name() + ", " + marks.get(i) + ": " + number(value))));
        }
        svg.append(format(
                "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s</text>",
                x.px(row.values().getLast()) + 8, y + 4, number(row.values().getLast())));
    }
}

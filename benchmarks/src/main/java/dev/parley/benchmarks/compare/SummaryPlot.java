package dev.parley.benchmarks.compare;

import static dev.parley.benchmarks.compare.Markup.escape;
import static dev.parley.benchmarks.compare.Markup.format;
import static dev.parley.benchmarks.compare.Markup.number;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.LoadShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the first load of a comparison has shown, as one drawing that stands alone: a few figures, a bar for each server, and
 * in its caption where and how it was measured. Each figure has a scale of its own, from 0.
 */
final class SummaryPlot {
    private static final List<Figure> FIGURES =
            List.of(Figure.CPU_PER_PACKET, Figure.LATENCY_P50, Figure.LATENCY_P99, Figure.JOIN_P50);

    private static final Set<String> FILES = Set.of("--json", "--html", "--plot");

    private static final int WIDTH = 720;
    private static final int LEFT = 90;
    private static final int RIGHT = 130;
    private static final int TOP = 54;
    private static final int HEAD = 24;
    private static final int BAR = 16;
    private static final int ROW = 22;
    private static final int GAP = 12;
    private static final int CAPTION = 58;

    private final Comparison comparison;
    private final Comparison.Load load;
    private final List<String> targets;
    private final StringBuilder svg = new StringBuilder();

    private SummaryPlot(Comparison comparison) {
        this.comparison = comparison;
        this.load = comparison.loads().getFirst();
        this.targets = List.copyOf(comparison.servers().keySet());
    }

    /** The drawing, as a file has it. */
    static String of(Comparison comparison) {
        return new SummaryPlot(comparison).draw();
    }

    private String draw() {
        int panel = HEAD + ROW * targets.size() + GAP;
        int height = TOP + panel * FIGURES.size() + CAPTION;
        LoadShape shape = LoadShape.parse(load.load());
        String title = String.join(" and ", targets.stream().map(this::product).toList()) + " under the same load";
        // GitHub shows a drawing as an image, which has only the styles that it brings along.
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" class=\"plot\"><title>%s</title>"
                        + "<style>%s</style><rect class=\"ground\" width=\"%d\" height=\"%d\" rx=\"8\"/>",
                WIDTH, height, escape(title), Markup.PLOT_STYLE, WIDTH, height));
        text("head", 16, 26, title + ": " + inWords(shape));
        text(
                "tick",
                16,
                44,
                "Less is better. Bars are medians of " + load.pairsCounted() + " rounds, lines quartiles.");
        int y = TOP;
        for (Figure figure : FIGURES) {
            panel(figure, y);
            y += panel;
        }
        caption(y);
        return svg.append("</svg>\n").toString();
    }

    private String product(String target) {
        var server = comparison.servers().get(target);
        return server == null ? target : (server.product() + " " + server.version()).strip();
    }

    private static String inWords(LoadShape shape) {
        String rooms = shape.rooms() == 1 ? "one room" : shape.rooms() + " rooms";
        String publishers = shape.publishers() == shape.participants() ? "all" : Integer.toString(shape.publishers());
        return format(
                "%s of %d, %s publishing (%s)",
                rooms, shape.participants(), publishers, shape.profile().name().toLowerCase(Locale.ROOT));
    }

    private void panel(Figure figure, int top) {
        text("name", 16, top + 15, figure.label());
        double most = targets.stream()
                .mapToDouble(target -> load.figure(figure, target).quartile3())
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        Scale x = new Scale(0, most, LEFT, WIDTH - RIGHT, false, List.of());
        for (int i = 0; i < targets.size(); i++) {
            bar(figure, targets.get(i), i + 1, top + HEAD + ROW * i, x);
        }
    }

    private void bar(Figure figure, String target, int colour, int top, Scale x) {
        Spread values = load.figure(figure, target);
        int middle = top + BAR / 2;
        svg.append(format(
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 8, middle + 4, escape(target)));
        if (values.count() == 0) {
            text("tick", LEFT, middle + 4, "not measured");
            return;
        }
        svg.append(format(
                "<rect class=\"bar f%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                colour, LEFT, top, Math.max(1, x.px(values.median()) - LEFT), BAR));
        svg.append(format(
                "<line class=\"quartiles\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                x.px(values.quartile1()), x.px(values.quartile3()), middle, middle));
        double end = Math.max(x.px(values.median()), x.px(values.quartile3()));
        svg.append(format(
                "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s%s</text>",
                end + 8, middle + 4, number(values.median()), ratio(figure, target)));
    }

    /** How many times the first server's, where it is more. */
    private String ratio(Figure figure, String target) {
        double first = load.ratio(figure, targets.getFirst() + "/" + target).median();
        return first > 0 && first < 1 ? format(" (%.1f times)", 1 / first) : "";
    }

    private void caption(int top) {
        Machine machine = comparison.machine();
        text("axis", 16, top + 16, machine.cpu() + ", " + machine.kernel() + "; " + comparison.place());
        text("axis", 16, top + 34, comparison.startedAt() + "; " + command());
    }

    /** The command line without the files that it wrote, which were the machine's. */
    private String command() {
        List<String> words = new ArrayList<>();
        for (String word : comparison.command()) {
            boolean isFile = !words.isEmpty() && FILES.contains(words.getLast());
            if (isFile) {
                words.removeLast();
            } else if (FILES.stream().noneMatch(option -> word.startsWith(option + "="))) {
                words.add(word);
            }
        }
        return String.join(" ", words);
    }

    private void text(String style, int x, int y, String text) {
        svg.append(format("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>", style, x, y, escape(text)));
    }
}

package dev.parley.benchmarks.compare;

import static dev.parley.benchmarks.compare.Markup.escape;
import static dev.parley.benchmarks.compare.Markup.format;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.LoadShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Comparisons as one page that needs nothing else: its plots are drawings in it, and it reads in light and in dark. */
final class HtmlReport {
    private static final String STYLE = """
            body{background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem;display:block;overflow-x:auto}
            th,td{padding:.25rem .7rem;border-bottom:1px solid var(--grid);text-align:right}th:first-child,td:first-child{text-align:left}
            pre{background:var(--grid);padding:.7rem;overflow-x:auto;font-size:.85rem}p.soft,li{color:var(--soft)}
            """;

    private final List<Comparison> comparisons;
    private final List<String> targets;

    private HtmlReport(List<Comparison> comparisons) {
        this.comparisons = comparisons;
        Set<String> all = new LinkedHashSet<>();
        comparisons.forEach(comparison -> all.addAll(comparison.servers().keySet()));
        this.targets = List.copyOf(all);
    }

    /** The page. */
    static String of(List<Comparison> comparisons) {
        return new HtmlReport(comparisons).page();
    }

    private int colour(String target) {
        return 1 + targets.indexOf(target) % 4;
    }

    private String page() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                + "<meta name=\"viewport\" content=\"width=device-width\"/><title>What forwarding costs</title><style>"
                + Markup.PLOT_STYLE + STYLE + "</style></head><body>\n");
        page.append("<h1>What forwarding costs: ")
                .append(escape(String.join(" beside ", targets)))
                .append("</h1>\n");
        summary(page);
        if (sizes().size() < loads().size()) {
            page.append(againstLoad().svg()).append('\n');
        }
        if (!sizes().isEmpty()) {
            page.append(againstSize().svg()).append('\n');
        }
        if (comparisons.stream().anyMatch(comparison -> !comparison.sizes().isEmpty())) {
            page.append(memoryAgainstSize().svg()).append('\n');
        }
        page.append(percentiles("Latency: p50, p99, p99.9", Figure.LATENCY_P50, Figure.LATENCY_P99, Figure.LATENCY_P999)
                        .svg())
                .append('\n');
        page.append(percentiles("Join to first media: p50, p99", Figure.JOIN_P50, Figure.JOIN_P99)
                        .svg())
                .append('\n');
        page.append(bars("Memory of the server", "MB", Figure.MEMORY).svg()).append('\n');
        page.append(bars("Growth of memory per participant", "kB", Figure.MEMORY_PER_PARTICIPANT)
                        .svg())
                .append('\n');
        profiles(page);
        comparisons.forEach(comparison -> tables(page, comparison));
        machine(page);
        return page.append("</body></html>\n").toString();
    }

    private void summary(StringBuilder page) {
        Comparison first = comparisons.getFirst();
        first.ratios()
                .getOrDefault(Figure.CPU_PER_PACKET.key(), Map.of())
                .forEach((pair, ratio) -> page.append(format(
                        "<p>CPU per forwarded packet, %s: <b>%.2f</b> (%s, median of the rounds' ratios).</p>",
                        escape(pair), ratio, escape(first.loads().getFirst().load()))));
        page.append(format(
                "<p class=\"soft\">%s. %s. Points are medians of rounds, lines across them quartiles.</p>\n",
                escape(first.startedAt()), escape(first.place())));
    }

    // --- plots -----------------------------------------------------------------------------------------------------

    private LineChart againstLoad() {
        List<LineChart.Line> lines = new ArrayList<>();
        for (String target : targets) {
            List<LineChart.Point> points = new ArrayList<>();
            loads().stream()
                    .filter(load -> !LoadShape.parse(load.load()).isBroadcast())
                    .filter(load -> load.rounds().containsKey(target))
                    .forEach(load -> points.add(point(load, target, load.packetsPerSecond(target))));
            points.sort(Comparator.comparingDouble(LineChart.Point::x));
            lines.add(new LineChart.Line(target, colour(target), points));
        }
        return new LineChart(
                "CPU per forwarded packet against load, meetings", "packets delivered a second", "µs of CPU", lines);
    }

    private LineChart againstSize() {
        List<LineChart.Line> lines = new ArrayList<>();
        for (String target : targets) {
            List<LineChart.Point> points = new ArrayList<>();
            sizes().stream()
                    .filter(load -> load.rounds().containsKey(target))
                    .forEach(load -> points.add(
                            point(load, target, LoadShape.parse(load.load()).participants() - 1.0)));
            points.sort(Comparator.comparingDouble(LineChart.Point::x));
            lines.add(new LineChart.Line(target, colour(target), points));
        }
        return new LineChart(
                "CPU per forwarded packet against the size of a room with one publisher" + inAll(),
                "subscribers of a room",
                "µs of CPU",
                lines);
    }

    private String inAll() {
        return comparisons.stream()
                .flatMap(comparison -> comparison.sizes().values().stream())
                .map(cost -> ", " + cost.viewers() + " subscribers in all rooms")
                .findFirst()
                .orElse("");
    }

    private LineChart memoryAgainstSize() {
        List<LineChart.Line> lines = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            comparison.sizes().forEach((target, cost) -> {
                List<LineChart.Point> points = cost.rooms().stream()
                        .map(rooms -> new LineChart.Point(
                                rooms.viewers(),
                                rooms.memoryPerViewerKb(),
                                rooms.memoryPerViewerKb(),
                                rooms.memoryPerViewerKb(),
                                rooms.rooms() + " rooms"))
                        .toList();
                lines.add(new LineChart.Line(target, colour(target), points));
            });
        }
        return new LineChart("Memory per subscriber, publishers' included", "subscribers of a room", "kB", lines);
    }

    private static LineChart.Point point(Comparison.Load load, String target, double x) {
        Spread cpu = load.figure(Figure.CPU_PER_PACKET, target);
        return new LineChart.Point(x, cpu.median(), cpu.quartile1(), cpu.quartile3(), load.load());
    }

    private List<Comparison.Load> loads() {
        return comparisons.stream()
                .flatMap(comparison -> comparison.loads().stream())
                .toList();
    }

    private List<Comparison.Load> sizes() {
        return loads().stream()
                .filter(load -> LoadShape.parse(load.load()).isBroadcast())
                .toList();
    }

    private RowChart percentiles(String title, Figure... figures) {
        List<RowChart.Row> rows = rows(List.of(figures));
        List<String> marks = java.util.Arrays.stream(figures).map(Figure::label).toList();
        return new RowChart(title, "ms", marks, rows);
    }

    private RowChart bars(String title, String unit, Figure figure) {
        return new RowChart(title, unit, List.of(figure.label()), rows(List.of(figure)));
    }

    private List<RowChart.Row> rows(List<Figure> figures) {
        List<RowChart.Row> rows = new ArrayList<>();
        for (Comparison.Load load : loads()) {
            for (String target : targets) {
                if (load.rounds().containsKey(target)) {
                    List<Double> values = figures.stream()
                            .map(figure -> load.median(figure, target))
                            .toList();
                    rows.add(new RowChart.Row(load.load() + " " + target, colour(target), values));
                }
            }
        }
        return rows;
    }

    private void profiles(StringBuilder page) {
        for (Comparison comparison : comparisons) {
            comparison.profiles().forEach((target, profile) -> {
                Map<String, Map<String, Double>> kinds = new LinkedHashMap<>();
                kinds.put("by stage", profile.stages());
                kinds.put("by thread", profile.threads());
                kinds.put("by file", profile.libraries());
                kinds.forEach((kind, shares) -> {
                    if (!shares.isEmpty()) {
                        page.append(shares("Where the CPU of " + target + " goes, " + kind, target, shares)
                                        .svg())
                                .append('\n');
                    }
                });
            });
        }
    }

    private RowChart shares(String title, String target, Map<String, Double> shares) {
        List<RowChart.Row> rows = shares.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(12)
                .map(entry -> new RowChart.Row(entry.getKey(), colour(target), List.of(100 * entry.getValue())))
                .toList();
        return new RowChart(title, "% of its CPU time", List.of("share"), rows);
    }

    // --- tables ----------------------------------------------------------------------------------------------------

    private void tables(StringBuilder page, Comparison comparison) {
        List<String> names = List.copyOf(comparison.servers().keySet());
        for (Comparison.Load load : comparison.loads()) {
            page.append(format(
                    "<h2>%s</h2>\n<p class=\"soft\">%d rounds%s; medians, quartiles in brackets.</p>\n<table><tr><th></th>",
                    escape(load.load()), load.pairsCounted(), load.calmOnly() ? ", the machine calm" : ""));
            names.forEach(name -> page.append("<th>").append(escape(name)).append("</th>"));
            List<String> pairs = load.pairs();
            pairs.forEach(pair -> page.append("<th>").append(escape(pair)).append("</th>"));
            page.append("</tr>\n");
            for (Figure figure : Figure.values()) {
                page.append("<tr><td>").append(escape(figure.label())).append("</td>");
                names.forEach(name -> page.append(cell(load.figure(figure, name))));
                pairs.forEach(pair -> page.append(cell(load.ratio(figure, pair))));
                page.append("</tr>\n");
            }
            page.append("</table>\n");
            validity(page, load);
        }
        comparison
                .notes()
                .forEach(note -> page.append("<p>Note: ").append(escape(note)).append(".</p>\n"));
    }

    private static String cell(Spread spread) {
        if (spread.count() == 0) {
            return "<td>–</td>";
        }
        return format(
                "<td>%s (%s–%s)</td>",
                Markup.number(spread.median()), Markup.number(spread.quartile1()), Markup.number(spread.quartile3()));
    }

    private static void validity(StringBuilder page, Comparison.Load load) {
        load.rounds().forEach((target, results) -> {
            long complete = results.stream()
                    .mapToLong(result -> result.validity().complete())
                    .sum();
            boolean clean = results.stream().map(LoadResult::validity).allMatch(LoadResult.Validity::isClean);
            page.append(format(
                    "<p class=\"soft\">%s: %,d frames came whole and in order; %s.</p>\n",
                    escape(target),
                    complete,
                    clean ? "nothing was wrong with what came" : "NOT ALL that came was valid"));
        });
    }

    private void machine(StringBuilder page) {
        page.append("<h2>The machine and the commands</h2>\n");
        for (Comparison comparison : comparisons) {
            Machine machine = comparison.machine();
            page.append(format(
                    "<p>%s, %d cores; %s; %s. Load before the run: %.1f.</p>\n",
                    escape(machine.cpu()),
                    machine.cores(),
                    escape(machine.kernel()),
                    escape(machine.java()),
                    machine.load1()));
            page.append("<pre>")
                    .append(escape(String.join(" ", comparison.command())))
                    .append("</pre>\n");
            comparison.servers().forEach((target, server) -> {
                page.append(format(
                        "<p>%s %s:</p><pre>%s</pre>\n<ul>",
                        escape(server.product()),
                        escape(server.version()),
                        escape(String.join(" ", server.command()))));
                server.settings()
                        .forEach((name, value) -> page.append("<li>")
                                .append(escape(name + ": " + value))
                                .append("</li>"));
                page.append("</ul>\n");
            });
        }
    }
}

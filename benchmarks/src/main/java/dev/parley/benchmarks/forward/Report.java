package dev.parley.benchmarks.forward;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is told of the results: a table for people, and JSON. */
final class Report {
    private static final String HEAD = "%-9s %5s %3s  %-8s %-9s %9s %9s %11s %6s %5s  %s%n";

    private final List<Result> results;
    private final Machine machine;

    Report(List<Result> results, Machine machine) {
        this.results = List.copyOf(results);
        this.machine = machine;
    }

    /** A row as it is written to a file. */
    private record Row(
            int receivers,
            int packetBytes,
            int gso,
            String io,
            String cipher,
            double nsPerPacket,
            @Nullable Double ratioToC,
            double allocatedBytesPerPacket,
            Map<String, Double> stages) {}

    private record Document(List<Row> rows, Machine machine) {}

    void writeJson(Path file) {
        List<Row> rows = new ArrayList<>();
        for (Result result : results) {
            Map<String, Double> stages = new LinkedHashMap<>();
            for (Stage stage : Stage.values()) {
                Double share = result.stages().get(stage.label());
                if (share != null) {
                    stages.put(stage.label(), rounded(share, 1_000));
                }
            }
            rows.add(new Row(
                    result.receivers(),
                    result.packetBytes(),
                    result.gso(),
                    result.io(),
                    result.cipher(),
                    rounded(result.nsPerPacket(), 10),
                    result.ratioToC() == null ? null : rounded(result.ratioToC(), 1_000),
                    rounded(result.allocatedBytesPerPacket(), 100),
                    stages));
        }
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(file, new Document(rows, machine));
    }

    private static double rounded(double value, int parts) {
        return (double) Math.round(value * parts) / parts;
    }

    void print(PrintWriter out) {
        out.printf(
                "%n%s, %d cores, %s, %s, load %.1f%n%n",
                machine.cpu(), machine.cores(), machine.kernel(), machine.java(), machine.load1());
        out.printf(
                Locale.ROOT,
                HEAD,
                "receivers",
                "bytes",
                "gso",
                "io",
                "cipher",
                "ns/packet",
                "C",
                "ratio",
                "B/pkt",
                "run",
                "receive decrypt route protect send, % of the time");
        for (Result result : results) {
            out.printf(
                    Locale.ROOT,
                    HEAD,
                    result.receivers(),
                    result.packetBytes(),
                    result.gso(),
                    result.io(),
                    result.cipher(),
                    text("%.0f", result::nsPerPacket),
                    text("%.0f", result::limitNsPerPacket),
                    ratio(result),
                    text("%.1f", result::allocatedBytesPerPacket),
                    text("%.1f", result::meanRun),
                    stages(result));
        }
        out.println();
        machine.notes().forEach(out::println);
        out.flush();
    }

    private static String ratio(Result result) {
        Double ratio = result.ratioToC();
        if (ratio == null) {
            return "-";
        }
        return String.format(Locale.ROOT, "%.2f ±%.2f", ratio, result.ratioSpread() / 2);
    }

    private static String text(String format, Supplier<@Nullable Double> value) {
        Double number = value.get();
        return number == null ? "-" : String.format(Locale.ROOT, format, number);
    }

    private static String stages(Result result) {
        StringBuilder line = new StringBuilder();
        for (Stage stage : Stage.values()) {
            Double share = result.stages().get(stage.label());
            line.append(share == null ? " -" : String.format(Locale.ROOT, "%7.0f", 100 * share));
        }
        return line.toString();
    }
}

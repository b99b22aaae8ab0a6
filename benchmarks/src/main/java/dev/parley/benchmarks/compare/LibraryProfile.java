package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.network.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where any process's CPU time goes, by the file its code is in: Linux's perf, sampling by the clock. */
final class LibraryProfile {
    private static final Pattern LINE = Pattern.compile("^\\s*([0-9.]+)%\\s+(\\S+)");
    private static final double LEAST = 0.005;

    private LibraryProfile() {}

    /** Samples for so long; empty where there is no perf, or it may not. */
    static Map<String, Double> of(long pid, int seconds, Path folder) {
        Path data = folder.resolve("perf.data");
        try {
            Programs.run(List.of(
                    "perf",
                    "record",
                    "-q",
                    "-e",
                    "cpu-clock",
                    "-F",
                    "499",
                    "-p",
                    Long.toString(pid),
                    "-o",
                    data.toString(),
                    "--",
                    "sleep",
                    Integer.toString(seconds)));
            return parse(
                    Programs.run(List.of("perf", "report", "-i", data.toString(), "--stdio", "-q", "--sort", "dso")));
        } catch (IOException e) {
            return Map.of();
        } finally {
            try {
                Files.deleteIfExists(data);
            } catch (IOException e) {
                System.err.println("parley: " + data + " is left behind: " + e.getMessage());
            }
        }
    }

    /** The shares of a report by shared object. */
    static Map<String, Double> parse(String report) {
        Map<String, Double> shares = new LinkedHashMap<>();
        report.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.find()) {
                double share = Double.parseDouble(matcher.group(1)) / 100;
                // What the JIT compiler makes has no file; perf says so in many ways.
                String file = matcher.group(2).matches("\\[?(anon|JIT|perf-|unknown).*|//anon|memfd.*")
                        ? "compiled Java"
                        : matcher.group(2);
                shares.merge(file, share, Double::sum);
            }
        });
        shares.values().removeIf(share -> share < LEAST);
        return shares;
    }
}

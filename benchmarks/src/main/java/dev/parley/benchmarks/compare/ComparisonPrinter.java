package dev.parley.benchmarks.compare;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A comparison for people. */
final class ComparisonPrinter {
    private static final int SHOWN = 8;

    private ComparisonPrinter() {}

    static void print(Comparison comparison, PrintWriter out) {
        List<String> targets = List.copyOf(comparison.servers().keySet());
        for (Comparison.Load load : comparison.loads()) {
            out.printf(
                    Locale.ROOT,
                    "%n%s, %d rounds%s; %s%n",
                    load.load(),
                    load.pairsCounted(),
                    load.calmOnly() ? ", all calm" : "",
                    comparison.place());
            out.printf(Locale.ROOT, "%-30s", "median (quartiles)");
            targets.forEach(target -> out.printf(Locale.ROOT, " %24s", target));
            load.pairs().forEach(pair -> out.printf(Locale.ROOT, " %22s", pair));
            out.println();
            for (Figure figure : Figure.values()) {
                print(figure, load, targets, out);
            }
        }
        comparison.sizes().forEach((target, cost) -> print(target, cost, out));
        comparison.profiles().forEach((target, profile) -> print(target, profile, out));
        comparison.notes().forEach(note -> out.println("note: " + note));
        out.flush();
    }

    private static void print(Figure figure, Comparison.Load load, List<String> targets, PrintWriter out) {
        out.printf(Locale.ROOT, "%-30s", figure.label());
        for (String target : targets) {
            out.printf(Locale.ROOT, " %24s", text(load.figure(figure, target)));
        }
        for (String pair : load.pairs()) {
            Spread ratio = load.ratio(figure, pair);
            out.printf(Locale.ROOT, " %22s", ratio.count() == 0 ? "-" : text(ratio));
        }
        out.println();
    }

    private static void print(String target, SizeCost cost, PrintWriter out) {
        out.printf(Locale.ROOT, "%n%s, %d viewers in rooms of one publisher%n", target, cost.viewers());
        out.printf(
                Locale.ROOT,
                "%12s %8s %11s %14s %14s %8s%n",
                "viewers each",
                "rooms",
                "packets/s",
                "µs CPU/packet",
                "kB a viewer",
                "p99 ms");
        for (SizeCost.Rooms rooms : cost.rooms()) {
            out.printf(
                    Locale.ROOT,
                    "%12d %8d %,11.0f %14.2f %,14.0f %8.2f%n",
                    rooms.viewers(),
                    rooms.rooms(),
                    rooms.packetsPerSecond(),
                    rooms.cpuUs(),
                    rooms.memoryPerViewerKb(),
                    rooms.p99Ms());
        }
        out.printf(
                Locale.ROOT,
                "CPU a packet is flat within %.0f %% from the cheapest size to the dearest%n",
                100 * cost.mostOverLeast());
    }

    private static String text(Spread spread) {
        String number = Math.abs(spread.median()) >= 100 ? "%.0f (%.0f-%.0f)" : "%.2f (%.2f-%.2f)";
        return String.format(Locale.ROOT, number, spread.median(), spread.quartile1(), spread.quartile3());
    }

    private static void print(String target, Comparison.Profile profile, PrintWriter out) {
        out.printf(Locale.ROOT, "%nwhere %s's CPU goes: %.0f %% in the kernel%n", target, 100 * profile.system());
        shares("threads", profile.threads(), out);
        shares("code by stage", profile.stages(), out);
        shares("code by file", profile.libraries(), out);
    }

    private static void shares(String what, Map<String, Double> shares, PrintWriter out) {
        if (!shares.isEmpty()) {
            out.printf(Locale.ROOT, "  %-14s", what);
            shares.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .limit(SHOWN)
                    .forEach(entry -> out.printf(Locale.ROOT, "  %s %.1f %%", entry.getKey(), 100 * entry.getValue()));
            out.println();
        }
    }
}

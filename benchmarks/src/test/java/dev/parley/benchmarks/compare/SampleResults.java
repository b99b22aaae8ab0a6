package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.target.ServerFacts;
import java.util.List;
import java.util.Map;

/** Results as a run would have them, by a few numbers. */
final class SampleResults {
    private static final Machine MACHINE = new Machine("a <CPU> & more", 2, "Linux 6", "Java 25", 0.5, List.of());

    private SampleResults() {}

    static ServerFacts server(String product) {
        return new ServerFacts(product, "1", 7, List.of(product, "--a<b>"), Map.of("srtp", "AES-128-GCM"), false);
    }

    static LoadResult result(String target, double cpuUs, boolean calm) {
        return new LoadResult(
                "2026-01-01T00:00:00Z",
                List.of("./parley", "bench"),
                MACHINE,
                target,
                server(target),
                new LoadResult.Shape(2, 10, 10, "meeting", "VP8", 360, 12, "veth"),
                new LoadResult.Window(12, 0, 0, calm),
                new LoadResult.Traffic(1_000, 1_000_000, 100, 100_000),
                new LoadResult.Traffic(9_000, 9_000_000, 20_000, 900_000),
                new LoadResult.Loss(0, 0, 0, 0, 0),
                new LoadResult.ServerCost(cpuUs * 1_000, 0.2, 0.001, 300_000_000, 2_000_000),
                new LoadResult.BotCost(0.3, 0.15, 1, 100_000_000, 0),
                new LoadResult.Latency(9_000, 200, 900, 3_000, 9_000),
                new LoadResult.JoinTimes(0, 0, 0, 0, 0),
                new LoadResult.JoinTimes(20, 0, 80, 200, 300),
                new LoadResult.Layers(0, Map.of("2", 9_000L)),
                new LoadResult.Validity(4_000, 0, 0, 0, 0, 0, 0, 0, 0),
                List.of());
    }

    static Comparison comparison(List<Comparison.Load> loads) {
        return new Comparison(
                "2026-01-01T00:00:00Z",
                List.of("./parley", "bench", "compare", "--json", "out.json", "--quick"),
                MACHINE,
                "veth",
                new java.util.TreeMap<>(Map.of("parley", server("Parley"), "janus", server("Janus"))).descendingMap(),
                loads,
                Comparison.medians(loads.getFirst()),
                SizeCost.of(loads),
                Map.of(
                        "parley",
                        new Comparison.Profile(
                                Map.of("parley-shard", 0.9), 0.6, Map.of("encrypt", 0.3, "send", 0.5), Map.of())),
                List.of("a note with <angles>"));
    }
}

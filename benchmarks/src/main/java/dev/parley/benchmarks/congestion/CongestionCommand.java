package dev.parley.benchmarks.congestion;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Sends over simulated bottlenecks, and tells how much of them was used and how long packets waited. */
@Command(
        name = "congestion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the scenarios of RFC 8867 and some of our own: Parley's estimator, pacer and probing over a simulated"
                    + " bottleneck (drop tail, 300 ms) on a virtual clock, with feedback in real RTCP packets. The same"
                    + " seed gives the same figures on any machine.",
            "docs/congestion.md explains the scenarios and figures."
        })
public final class CongestionCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "only these (default: all)")
    private List<String> names = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "of all that is random (default: ${DEFAULT-VALUE})")
    private long seed = Scenarios.SEED;

    @Option(names = "--json", paramLabel = "FILE", description = "writes what is printed to this file too")
    private @Nullable Path json;

    @Option(names = "--plots", paramLabel = "FOLDER", description = "draws rate against capacity over time, as SVG")
    private @Nullable Path plots;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public CongestionCommand() {}

    @Override
    public Integer call() throws IOException {
        List<Scenario> scenarios = names.isEmpty()
                ? Scenarios.all()
                : names.stream().map(Scenarios::named).toList();
        List<ScenarioRun.Outcome> outcomes = new ArrayList<>();
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        CongestionReport.printHead(out);
        for (Scenario scenario : scenarios) {
            ScenarioRun.Outcome outcome = new ScenarioRun(scenario).run(seed);
            CongestionReport.print(out, outcome);
            outcomes.add(outcome);
        }
        if (json != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(json, CongestionReport.of(seed, outcomes));
            say("wrote " + json);
        }
        if (plots != null) {
            Files.createDirectories(plots);
            for (ScenarioRun.Outcome outcome : outcomes) {
                Files.writeString(plots.resolve(outcome.scenario().name() + ".svg"), Plot.draw(outcome));
            }
            say("drew " + outcomes.size() + " plots in " + plots);
        }
        return outcomes.stream().allMatch(ScenarioRun.Outcome::withinBounds) ? 0 : 1;
    }

    private static void say(String text) {
        System.err.println("parley: " + text);
    }
}

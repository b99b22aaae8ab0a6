package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.accounting.CpuAffinity;
import dev.parley.benchmarks.clips.RecordedClips;
import dev.parley.benchmarks.janus.JanusTarget;
import dev.parley.benchmarks.load.LoadShape;
import dev.parley.benchmarks.load.Profile;
import dev.parley.benchmarks.load.TemporaryFolder;
import dev.parley.benchmarks.load.target.ParleyTarget;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.Target;
import dev.parley.benchmarks.network.NamespaceNetwork;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The same load on several servers by turns. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts the same load on several servers by turns, several rounds, on the same core of this machine, and tells"
                    + " what it cost each, with ratios of neighbouring rounds. Servers are started by this tool; all of"
                    + " them are up all the time, and only one is loaded.",
            "With --sizes it tells what a room's size costs: as many viewers in all, in many small rooms or few large"
                    + " ones.",
            "docs/benchmarks.md says what is comparable and what is not."
        })
public final class CompareCommand implements Callable<Integer> {
    /** Of five minutes, with what the last round and looking where the CPU goes may take. */
    private static final long QUICK_SECONDS = 210;

    private static final List<String> QUICK_LOADS = List.of("meeting:2x10");
    private static final List<String> LOADS =
            List.of("meeting:2x10", "meeting:1x10", "meeting:3x10", "webinar:1x50", "webinar:1x200", "audio:5x10");

    @Option(
            names = "--targets",
            paramLabel = "NAMES",
            split = ",",
            description = "of parley and janus, in the order of the ratios (default: ${DEFAULT-VALUE})")
    private List<String> targets = List.of("parley", "janus");

    @Option(names = "--quick", description = "one load and less than five minutes")
    private boolean quick;

    @Option(
            names = "--load",
            paramLabel = "LOAD",
            split = ",",
            description = "such as meeting:2x10 or webinar:1x100 (default: several; with --quick meeting:2x10)")
    private List<String> loads = List.of();

    @Option(
            names = "--sizes",
            paramLabel = "N",
            split = ",",
            description =
                    "instead of --load: rooms of one publisher and so many viewers, such as 10,50,100,250,500, and as"
                            + " many rooms as --viewers fill")
    private List<Integer> sizes = List.of();

    @Option(
            names = "--viewers",
            paramLabel = "N",
            description = "in all rooms together, for --sizes, which divide it (default: ${DEFAULT-VALUE})")
    private int viewers = 500;

    @Option(names = "--codec", paramLabel = "NAME", description = "of video (default: ${DEFAULT-VALUE})")
    private String codec = "VP8";

    @Option(names = "--rounds", paramLabel = "N", description = "of each load and server (default: 5)")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "of each round that are measured (default: 12)")
    private int seconds = 12;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "under load for a server on a JVM, before anything is measured (default: 60; 45 if quick)")
    private int warmUp = -1;

    @Option(
            names = "--server-option",
            paramLabel = "OPTION",
            description = "for Parley's command line, such as --server-option=--io=nio")
    private List<String> serverOptions = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "writes everything to this file too")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "writes a report with plots, in one file")
    private @Nullable Path html;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "writes the first load's CPU, latency and join time as one drawing (SVG), for a README say")
    private @Nullable Path plot;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything.
    private CommandSpec spec;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ComparePlan plan = plan();
        var joined = NamespaceNetwork.joined();
        if (joined.isPresent()) {
            return run(plan, new Place(joined.get()));
        }
        var problem = NamespaceNetwork.problem();
        if (problem.isPresent()) {
            if (targets.contains("janus")) {
                System.err.println("parley: Janus needs a network namespace, as it gathers no candidates on loopback: "
                        + problem.get());
                return 1;
            }
            return run(plan, Place.loopback());
        }
        try (NamespaceNetwork network = NamespaceNetwork.open()) {
            return network.runAgain(
                    spec.commandLine().getParent().getParseResult().originalArgs());
        }
    }

    private ComparePlan plan() {
        try {
            Codec video = Codec.fromName(codec);
            if (video == null || !video.isVideo()) {
                throw new IllegalArgumentException("--codec is VP8, VP9, H264 or AV1, not " + codec);
            }
            targets.forEach(this::target);
            return new ComparePlan(
                    shapes(),
                    rounds,
                    warmUp >= 0 ? warmUp : quick ? 45 : 60,
                    seconds,
                    video,
                    quick ? QUICK_SECONDS : Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<LoadShape> shapes() {
        if (sizes.isEmpty()) {
            List<String> chosen = loads.isEmpty() ? quick ? QUICK_LOADS : LOADS : loads;
            return chosen.stream().map(LoadShape::parse).toList();
        }
        for (int size : sizes) {
            if (size < 1 || viewers < size || viewers % size != 0) {
                throw new IllegalArgumentException(
                        "--viewers " + viewers + " do not fill rooms of " + size + ": --sizes divide --viewers");
            }
        }
        return sizes.stream()
                .map(size -> new LoadShape(Profile.WEBINAR, viewers / size, size + 1, 1))
                .toList();
    }

    private Target target(String name) {
        return switch (name) {
            case "parley" -> new ParleyTarget(serverOptions);
            case "janus" -> new JanusTarget();
            default -> throw new IllegalArgumentException("--targets are parley and janus, not " + name);
        };
    }

    private int run(ComparePlan plan, Place place) throws IOException, InterruptedException {
        CpuAffinity.pinProcess(ProcessHandle.current().pid(), CpuAffinity.clientCores());
        try (TemporaryFolder folder = TemporaryFolder.make("parley-compare-");
                Comparer comparer = new Comparer(
                        targets.stream().map(this::target).toList(),
                        place,
                        folder.path(),
                        new RecordedClips(),
                        plan,
                        commandLine(),
                        text -> System.err.println("parley: " + text))) {
            Comparison comparison = comparer.compare();
            ComparisonPrinter.print(comparison, new PrintWriter(System.out, true, System.out.charset()));
            write(comparison);
            // That a rival loses frames is a result, which the notes tell.
            return 0;
        } catch (IOException e) {
            System.err.println("parley: " + e.getMessage());
            return 1;
        }
    }

    private void write(Comparison comparison) throws IOException {
        if (json != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(json, comparison);
            System.err.println("parley: wrote " + json);
        }
        if (html != null) {
            Files.writeString(html, HtmlReport.of(List.of(comparison)));
            System.err.println("parley: wrote " + html);
        }
        if (plot != null) {
            Files.writeString(plot, SummaryPlot.of(comparison));
            System.err.println("parley: wrote " + plot);
        }
    }

    private List<String> commandLine() {
        List<String> line = new ArrayList<>(List.of("./parley", "bench"));
        line.addAll(spec.commandLine().getParent().getParseResult().originalArgs());
        return line;
    }
}

package dev.parley.benchmarks.pictures;

import dev.parley.benchmarks.accounting.CpuAffinity;
import dev.parley.benchmarks.clips.RecordedClips;
import dev.parley.benchmarks.load.LoadRunner;
import dev.parley.benchmarks.load.LoadShape;
import dev.parley.benchmarks.load.Profile;
import dev.parley.benchmarks.load.TemporaryFolder;
import dev.parley.benchmarks.load.target.ParleyTarget;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.network.NamespaceNetwork;
import dev.parley.sfu.nativepeer.NativeSupport;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Native bots beside packet bots, at shares of a capacity. */
@Command(
        name = "pictures",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Loads Parley with meetings of packet bots, at 20, 50 and 80 %% of the rooms that --capacity says, and lets a few"
                    + " libwebrtc clients watch beside them: one sends pictures with the time painted in, the others decode"
                    + " them. Tells decoded frames, freezes, the jitter buffer's delay, and how late a picture is seen.",
            "./parley bench load --find-capacity tells the capacity. docs/benchmarks.md says what it showed."
        })
public final class PicturesCommand implements Callable<Integer> {
    private static final double[] SHARES = {0.2, 0.5, 0.8};
    private static final double SETTLE_SECONDS = 4;

    @Option(names = "--capacity", paramLabel = "ROOMS", required = true, description = "rooms of ten that are 100 %%")
    private int capacity;

    @Option(names = "--receivers", paramLabel = "N", description = "that decode (default: ${DEFAULT-VALUE})")
    private int receivers = 2;

    @Option(names = "--seconds", paramLabel = "S", description = "at each share (default: ${DEFAULT-VALUE})")
    private int seconds = 15;

    @Option(names = "--warm-up", paramLabel = "S", description = "under load before (default: ${DEFAULT-VALUE})")
    private int warmUp = 45;

    @Option(names = "--json", paramLabel = "FILE", description = "writes what was measured to this file too")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything.
    private CommandSpec spec;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public PicturesCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var joined = NamespaceNetwork.joined();
        if (joined.isPresent() || NamespaceNetwork.problem().isPresent()) {
            return run(joined.map(Place::new).orElseGet(Place::loopback));
        }
        try (NamespaceNetwork network = NamespaceNetwork.open()) {
            return network.runAgain(
                    spec.commandLine().getParent().getParseResult().originalArgs());
        }
    }

    private int run(Place place) throws IOException, InterruptedException {
        var problem = NativeSupport.problem();
        if (problem.isPresent()) {
            System.err.println("parley: " + problem.get());
            return 1;
        }
        CpuAffinity.pinProcess(ProcessHandle.current().pid(), CpuAffinity.clientCores());
        ParleyTarget target = new ParleyTarget(List.of());
        List<PicturesResult> results = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.make("parley-pictures-");
                LoadRunner runner = new LoadRunner(
                        target,
                        place,
                        folder.path(),
                        new RecordedClips(),
                        Codec.VP8,
                        List.of("./parley", "bench", "pictures"))) {
            runner.warmUp(shape(0.5), warmUp);
            try (Watching watching = new Watching(target.room("pictures"), receivers)) {
                for (double share : SHARES) {
                    results.add(at(share, runner, watching));
                    print(results.getLast());
                }
            }
        }
        if (json != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(json, results);
        }
        return 0;
    }

    private LoadShape shape(double share) {
        int rooms = Math.max(1, (int) Math.round(share * capacity));
        return new LoadShape(Profile.MEETING, rooms, 10, 10);
    }

    private PicturesResult at(double share, LoadRunner runner, Watching watching)
            throws IOException, InterruptedException {
        Watching.Decoded[] before = new Watching.Decoded[1];
        LoadRunner.Round round = runner.round(shape(share), SETTLE_SECONDS, seconds, () -> {
            watching.forget();
            before[0] = watching.decoded();
        });
        Watching.Decoded after = watching.decoded();
        List<Double> latencies = watching.latenciesMs();
        double elapsed = round.result().window().seconds();
        long waited = after.jitterBufferFrames() - before[0].jitterBufferFrames();
        return new PicturesResult(
                share,
                shape(share).rooms(),
                (after.frames() - before[0].frames()) / elapsed / watching.receivers(),
                after.freezes() - before[0].freezes(),
                1e3 * (after.jitterBufferSeconds() - before[0].jitterBufferSeconds()) / Math.max(1, waited),
                at(latencies, 0.5),
                at(latencies, 0.99),
                latencies.isEmpty() ? Double.NaN : latencies.getLast(),
                watching.unreadable(),
                round.result());
    }

    private static double at(List<Double> sorted, double quantile) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) (quantile * (sorted.size() - 1)));
    }

    private static void print(PicturesResult result) {
        System.out.printf(
                Locale.ROOT,
                "%3.0f %% of capacity (%d rooms of 10): %.1f frames/s decoded of %d, %d freezes, jitter buffer %.0f ms,"
                        + " seen after p50 %.0f ms, p99 %.0f, longest %.0f (%d unreadable); server %.0f %% of a core,"
                        + " packets p99 %.1f ms, loss %.3f %%%s%n",
                100 * result.share(),
                result.rooms(),
                result.framesPerSecond(),
                Watching.FRAMES_PER_SECOND,
                result.freezes(),
                result.jitterBufferMs(),
                result.latencyP50Ms(),
                result.latencyP99Ms(),
                result.latencyMaxMs(),
                result.unreadable(),
                100 * result.load().serverCost().cpuShare(),
                result.load().latency().p99Us() / 1e3,
                100 * result.load().loss().share(),
                result.load().window().calm() ? "" : " (the machine was not calm)");
    }
}

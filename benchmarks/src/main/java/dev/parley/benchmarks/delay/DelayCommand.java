package dev.parley.benchmarks.delay;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuStats;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Loads a shard with rooms until it is as busy as wanted, and tells how long packets take through it. */
@Command(
        name = "delay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a shard with its real port over loopback and rooms in which everybody watches everybody else, in the"
                    + " shape of 720p video from browsers; adds rooms until the shard's thread uses half a core, and"
                    + " tells how long packets take from the kernel's time stamp at their arrival until they are sent"
                    + " on, the wait for batching included and named.",
            "docs/performance.md says what it showed."
        })
public final class DelayCommand implements Callable<Integer> {
    private static final int MAX_STEPS = 12;
    private static final long RAISE_NS = 40_000_000_000L;
    private static final long STEP_MS = 1_500;
    private static final long WARM_UP_MS = 4_000;
    private static final double TOLERANCE = 0.05;

    @Option(names = "--seconds", paramLabel = "N", description = "how long to measure (default: ${DEFAULT-VALUE})")
    private int seconds = 10;

    @Option(names = "--members", paramLabel = "N", description = "members of a room (default: ${DEFAULT-VALUE})")
    private int members = 10;

    @Option(
            names = "--load",
            paramLabel = "SHARE",
            description = "of a core that the shard's thread is to use (default: ${DEFAULT-VALUE})")
    private double load = 0.5;

    @Option(names = "--rooms", paramLabel = "N", description = "so many rooms, instead of as many as make that load")
    private int rooms;

    @Option(names = "--io", paramLabel = "LAYER", description = "auto, foreign, epoll or nio (default: auto)")
    private String io = "auto";

    @Option(names = "--cipher", paramLabel = "NAME", description = "auto, ipsec-mb, openssl or jdk (default: auto)")
    private String cipher = SrtpCipherProviders.AUTO;

    @Option(names = "--gather-us", paramLabel = "N", description = "the longest gather wait (default: the server's)")
    private long gatherUs = SfuConfig.defaults().gather().toNanos() / 1_000;

    @Option(
            names = "--real-time",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "whether the shard runs before ordinary threads, where that is permitted (default: it does)")
    private boolean realTime;

    @Option(
            names = "--garbage-mb",
            paramLabel = "N",
            description = "megabytes of garbage a second made beside, to see the collector's pauses (default: 0)")
    private int garbageMb;

    @Option(names = "--json", paramLabel = "FILE", description = "writes what is printed to this file too")
    private @Nullable Path json;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public DelayCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        SrtpCipherProviders ciphers = SrtpCipherProviders.select(cipher, System::nanoTime);
        try (DelayServer server = new DelayServer(io, ciphers, Duration.ofNanos(gatherUs * 1_000), realTime);
                Load cameras = new Load();
                Garbage _ = new Garbage(garbageMb)) {
            raise(server, cameras);
            Thread.sleep(WARM_UP_MS);
            DelayReport report = measure(server, cameras, ciphers.name(), loadBefore);
            report.print(new PrintWriter(System.out, true, System.out.charset()));
            if (json != null) {
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValue(json, report);
                say("wrote " + json);
            }
            return report.isGood() ? 0 : 1;
        }
    }

    /** Adds rooms, ever fewer, until the load is there. */
    private void raise(DelayServer server, Load cameras) throws IOException, InterruptedException {
        for (int i = 0; i < rooms; i++) {
            cameras.add(server.addRoom(members));
        }
        long endNs = System.nanoTime() + RAISE_NS;
        for (int step = 0; rooms == 0 && step < MAX_STEPS && System.nanoTime() - endNs < 0; step++) {
            double share = server.rooms() == 0 ? 0 : cpuShare(server);
            if (share >= load - TOLERANCE) {
                return;
            }
            // The next rooms cost less than the first: frames of several rooms share a turn.
            int more = server.rooms() == 0 ? 1 : Math.max(1, (int) ((load - share) / share * server.rooms() * 0.7));
            say(String.format(Locale.ROOT, "%d rooms use %.0f %% of a core", server.rooms(), 100 * share));
            for (int i = 0; i < Math.min(more, 2 * server.rooms() + 1); i++) {
                cameras.add(server.addRoom(members));
            }
            Thread.sleep(STEP_MS);
        }
    }

    private static double cpuShare(DelayServer server) throws InterruptedException {
        long cpuNs = server.cpuNs();
        long startNs = System.nanoTime();
        Thread.sleep(STEP_MS);
        return (double) (server.cpuNs() - cpuNs) / (System.nanoTime() - startNs);
    }

    private DelayReport measure(DelayServer server, Load cameras, String cipherName, double loadBefore)
            throws InterruptedException {
        SfuStats.Shard before = server.stats();
        Totals start = Totals.of(server);
        DelayReport.Collections collected = collections();
        cameras.lateness();
        server.forgetDelays();
        Thread.sleep(1_000L * seconds);
        SfuStats.Shard after = server.stats();
        Totals end = Totals.of(server);
        double elapsedNs = end.nowNs() - start.nowNs();
        double elapsedSeconds = elapsedNs / 1e9;
        long runs = after.traffic().runs() - before.traffic().runs();
        DelayReport.Collections collectedAfter = collections();
        return new DelayReport(
                server.io(),
                cipherName,
                collector(),
                gatherUs,
                after.loop().realTime(),
                server.rooms(),
                members,
                elapsedSeconds,
                (end.cpuNs() - start.cpuNs()) / elapsedNs,
                (after.loop().busyNs() - before.loop().busyNs()) / elapsedNs,
                (end.in() - start.in()) / elapsedSeconds,
                (end.out() - start.out()) / elapsedSeconds,
                runs == 0
                        ? 0
                        : (double) (after.traffic().runPackets()
                                        - before.traffic().runPackets())
                                / runs,
                (double) (end.allocated() - start.allocated()) / Math.max(1, end.out() - start.out()),
                after.loop().slowTurns() - before.loop().slowTurns(),
                DelayReport.Quantiles.of(after.forwardingDelay()),
                DelayReport.Quantiles.of(after.gatherWait()),
                DelayReport.Quantiles.of(cameras.lateness()),
                new DelayReport.Collections(
                        collectedAfter.count() - collected.count(), collectedAfter.pauseMs() - collected.pauseMs()),
                Machine.here(loadBefore, notes(elapsedNs, start, end)));
    }

    private List<String> notes(double elapsedNs, Totals start, Totals end) {
        List<String> notes = new ArrayList<>();
        double share = (end.cpuNs() - start.cpuNs()) / elapsedNs;
        if (rooms == 0 && Math.abs(share - load) > 2 * TOLERANCE) {
            notes.add("the machine did not let the shard come to the load asked for");
        }
        return notes;
    }

    /** Counters at one moment. */
    private record Totals(long nowNs, long cpuNs, long in, long out, long allocated) {
        static Totals of(DelayServer server) {
            return new Totals(
                    System.nanoTime(),
                    server.cpuNs(),
                    server.packetsForwarded(),
                    server.packetsOut(),
                    server.allocatedBytes());
        }
    }

    private static DelayReport.Collections collections() {
        long count = 0;
        long ms = 0;
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            // The cycles of concurrent collectors are no pauses.
            if (!bean.getName().contains("Cycles") && !bean.getName().contains("Concurrent")) {
                count += bean.getCollectionCount();
                ms += bean.getCollectionTime();
            }
        }
        return new DelayReport.Collections(count, ms);
    }

    private static String collector() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining("+"));
    }

    private static void say(String text) {
        System.err.println("parley: " + text);
    }
}

package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.ClipSource;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.LoadRunner;
import dev.parley.benchmarks.load.LoadShape;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Runs a comparison: all servers up, one loaded at a time, and which one is first changes from round to round. */
final class Comparer implements AutoCloseable {
    private static final double SETTLE_SECONDS = 3;
    private static final int PROFILE_SECONDS = 6;

    private final ComparePlan plan;
    private final Path folder;
    private final Place place;
    private final List<String> command;
    private final Consumer<String> out;
    private final List<LoadRunner> runners = new ArrayList<>();
    private final double load1 = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    private final Map<String, LoadRunner.Round> last = new HashMap<>();
    private boolean clean = true;

    Comparer(
            List<Target> targets,
            Place place,
            Path folder,
            ClipSource clips,
            ComparePlan plan,
            List<String> command,
            Consumer<String> out)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.folder = folder;
        this.place = place;
        this.command = List.copyOf(command);
        this.out = out;
        try {
            for (Target target : targets) {
                Path own = Files.createDirectories(folder.resolve(target.name()));
                runners.add(new LoadRunner(target, place, own, clips, plan.codec(), command));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Comparison compare() throws IOException, InterruptedException {
        String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        for (LoadRunner runner : runners) {
            if (runner.server().jvm() && plan.warmUpSeconds() > 0) {
                runner.warmUp(plan.loads().getFirst(), plan.warmUpSeconds());
            }
        }
        List<Comparison.Load> loads = measure();
        Map<String, ServerFacts> servers = new LinkedHashMap<>();
        runners.forEach(runner -> servers.put(runner.name(), runner.server()));
        return new Comparison(
                startedAt,
                command,
                Machine.here(load1, List.of()),
                place.what(),
                servers,
                loads,
                Comparison.medians(loads.getFirst()),
                SizeCost.of(loads),
                profiles(),
                notes(loads));
    }

    /** All loads in every round, so that what changes with the hours, or as a JVM gets warmer, is in all of them alike. */
    private List<Comparison.Load> measure() throws IOException, InterruptedException {
        Map<LoadShape, Map<String, List<LoadResult>>> results = new LinkedHashMap<>();
        for (int round = 0; round < plan.rounds() && hasTime(round); round++) {
            for (LoadShape load : plan.loads()) {
                measure(load, round, results.computeIfAbsent(load, _ -> noRounds()));
            }
        }
        List<Comparison.Load> loads = new ArrayList<>();
        results.forEach((load, rounds) -> loads.add(Comparison.Load.of(load.toString(), rounds)));
        return loads;
    }

    private Map<String, List<LoadResult>> noRounds() {
        Map<String, List<LoadResult>> rounds = new LinkedHashMap<>();
        runners.forEach(runner -> rounds.put(runner.name(), new ArrayList<>()));
        return rounds;
    }

    private void measure(LoadShape load, int round, Map<String, List<LoadResult>> rounds)
            throws IOException, InterruptedException {
        List<LoadRunner> order = round % 2 == 0 ? runners : runners.reversed();
        for (LoadRunner runner : order) {
            LoadRunner.Round measured = runner.round(load, SETTLE_SECONDS, plan.seconds());
            LoadResult result = measured.result();
            if (load.equals(plan.loads().getFirst())) {
                last.put(runner.name(), measured);
            }
            rounds.computeIfAbsent(runner.name(), _ -> new ArrayList<>()).add(result);
            clean &= result.validity().isClean();
            say(load, round, runner, result);
        }
    }

    private boolean hasTime(int rounds) {
        long upMs = ManagementFactory.getRuntimeMXBean().getUptime();
        return rounds < ComparePlan.LEAST_ROUNDS || upMs / 1_000 < plan.budgetSeconds();
    }

    private void say(LoadShape load, int round, LoadRunner runner, LoadResult result) {
        out.accept(String.format(
                Locale.ROOT,
                "%s, round %d, %s: %.2f µs a packet, %,.0f packets/s, p99 %.2f ms%s%s",
                load,
                round + 1,
                runner.name(),
                result.serverCost().cpuNsPerForwardedPacket() / 1e3,
                result.delivered().packetsPerSecond(),
                result.latency().p99Us() / 1e3,
                result.window().calm() ? "" : ", not calm",
                result.validity().isClean() ? "" : ", NOT ALL VALID"));
    }

    /** In a round of its own, as looking costs too. */
    private Map<String, Comparison.Profile> profiles() throws IOException, InterruptedException {
        Map<String, Comparison.Profile> profiles = new LinkedHashMap<>();
        for (LoadRunner runner : runners) {
            Map<String, Double> stages = new LinkedHashMap<>();
            Map<String, Double> libraries = new LinkedHashMap<>();
            long pid = runner.server().pid();
            Path own = folder.resolve(runner.name());
            runner.under(plan.loads().getFirst(), SETTLE_SECONDS, () -> {
                libraries.putAll(LibraryProfile.of(pid, PROFILE_SECONDS, own));
                if (runner.server().jvm()) {
                    StageProfile.start(pid, own);
                    Thread.sleep(1_000L * PROFILE_SECONDS);
                    stages.putAll(StageProfile.stop(pid, own));
                }
            });
            LoadRunner.Round measured = Objects.requireNonNull(last.get(runner.name()), "measured before");
            profiles.put(runner.name(), Comparison.Profile.of(measured, stages, libraries));
        }
        return profiles;
    }

    private List<String> notes(List<Comparison.Load> loads) {
        List<String> notes = new ArrayList<>();
        for (Comparison.Load load : loads) {
            if (!load.calmOnly()) {
                notes.add("the machine was not calm in most rounds of " + load.load()
                        + ": all of them count, and what they tell is of the neighbours too");
            }
        }
        if (!clean) {
            notes.add("not every frame was whole and in order: see validity in the rounds");
        }
        return notes;
    }

    @Override
    public void close() {
        runners.forEach(LoadRunner::close);
    }
}

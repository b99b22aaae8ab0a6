package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.LoadRunner.Round;
import dev.parley.benchmarks.load.target.ServerFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison has shown: what {@code --json} writes and what the report is drawn from.
 *
 * @param startedAt ISO 8601
 * @param command the command line
 * @param place where server and bots met
 * @param servers by target
 * @param loads in the order of measuring; the first is what {@code ratios} are of
 * @param ratios by figure, then by pair such as {@code parley/janus}: the median over the rounds of one side's value over
 *     the other's
 * @param sizes what a room's size costs, by target; empty if the loads do not tell
 * @param profiles where each server's CPU went, by target
 */
public record Comparison(
        String startedAt,
        List<String> command,
        Machine machine,
        String place,
        Map<String, ServerFacts> servers,
        List<Load> loads,
        Map<String, Map<String, Double>> ratios,
        Map<String, SizeCost> sizes,
        Map<String, Profile> profiles,
        List<String> notes) {
    /** With fewer calm pairs of rounds than this, all count. */
    private static final int LEAST_CALM_PAIRS = 3;

    public Comparison {
        command = List.copyOf(command);
        loads = List.copyOf(loads);
        notes = List.copyOf(notes);
    }

    /**
     * One load on all servers.
     *
     * @param load such as {@code meeting:2x10}
     * @param rounds by target, in the order of measuring
     * @param pairsCounted rounds that the figures are of
     * @param calmOnly whether only rounds count in which the machine was calm for all servers
     * @param figures by figure, then target
     * @param ratios by figure, then pair
     */
    public record Load(
            String load,
            Map<String, List<LoadResult>> rounds,
            int pairsCounted,
            boolean calmOnly,
            Map<String, Map<String, Spread>> figures,
            Map<String, Map<String, Spread>> ratios) {
        /** Makes it of its rounds, of which every target has the same number. */
        static Load of(String load, Map<String, List<LoadResult>> rounds) {
            List<Integer> calm = calmPairs(rounds);
            int all = rounds.values().stream().mapToInt(List::size).min().orElse(0);
            boolean calmOnly = calm.size() >= Math.min(LEAST_CALM_PAIRS, all);
            List<Integer> counted = calmOnly
                    ? calm
                    : java.util.stream.IntStream.range(0, all).boxed().toList();
            Map<String, Map<String, Spread>> figures = new LinkedHashMap<>();
            Map<String, Map<String, Spread>> ratios = new LinkedHashMap<>();
            for (Figure figure : Figure.values()) {
                figures.put(figure.key(), figures(figure, rounds, counted));
                ratios.put(figure.key(), ratios(figure, rounds, counted));
            }
            return new Load(load, rounds, counted.size(), calmOnly, figures, ratios);
        }

        private static List<Integer> calmPairs(Map<String, List<LoadResult>> rounds) {
            List<Integer> calm = new ArrayList<>();
            int all = rounds.values().stream().mapToInt(List::size).min().orElse(0);
            for (int i = 0; i < all; i++) {
                int round = i;
                if (rounds.values().stream()
                        .allMatch(of -> of.get(round).window().calm())) {
                    calm.add(i);
                }
            }
            return calm;
        }

        private static Map<String, Spread> figures(
                Figure figure, Map<String, List<LoadResult>> rounds, List<Integer> counted) {
            Map<String, Spread> byTarget = new LinkedHashMap<>();
            rounds.forEach((target, results) -> byTarget.put(
                    target,
                    Spread.of(counted.stream()
                            .map(round -> figure.of(results.get(round)))
                            .toList())));
            return byTarget;
        }

        /** Of neighbouring rounds, which the machine treats alike. */
        private static Map<String, Spread> ratios(
                Figure figure, Map<String, List<LoadResult>> rounds, List<Integer> counted) {
            Map<String, Spread> byPair = new LinkedHashMap<>();
            List<String> targets = List.copyOf(rounds.keySet());
            for (int i = 1; i < targets.size(); i++) {
                List<LoadResult> ours = rounds.getOrDefault(targets.getFirst(), List.of());
                List<LoadResult> theirs = rounds.getOrDefault(targets.get(i), List.of());
                byPair.put(
                        targets.getFirst() + "/" + targets.get(i),
                        Spread.of(counted.stream()
                                .map(round -> figure.of(ours.get(round)) / figure.of(theirs.get(round)))
                                .filter(Double::isFinite)
                                .toList()));
            }
            return byPair;
        }

        /** The middle of a figure of a target. */
        double median(Figure figure, String target) {
            return figure(figure, target).median();
        }

        /** A figure of a target; of no values if it was not measured. */
        Spread figure(Figure figure, String target) {
            return figures.getOrDefault(figure.key(), Map.of()).getOrDefault(target, Spread.of(List.of()));
        }

        /** A ratio of two targets; of no values if it was not measured. */
        Spread ratio(Figure figure, String pair) {
            return ratios.getOrDefault(figure.key(), Map.of()).getOrDefault(pair, Spread.of(List.of()));
        }

        /** The pairs that there are ratios of, such as {@code parley/janus}. */
        List<String> pairs() {
            return List.copyOf(
                    ratios.getOrDefault(Figure.CPU_PER_PACKET.key(), Map.of()).keySet());
        }

        /** What reached viewers of a target, the middle of its rounds. */
        double packetsPerSecond(String target) {
            return Spread.of(of(target).stream()
                            .map(result -> result.delivered().packetsPerSecond())
                            .toList())
                    .median();
        }

        /** The rounds of a target. */
        List<LoadResult> of(String target) {
            return rounds.getOrDefault(target, List.of());
        }
    }

    /**
     * Where a server's CPU time went, each a share of it.
     *
     * @param threads by name
     * @param system in the kernel
     * @param stages of a JVM's media threads, by the code that was running; empty for others
     * @param libraries by the file the code was in, as perf knows; empty without perf
     */
    public record Profile(
            Map<String, Double> threads, double system, Map<String, Double> stages, Map<String, Double> libraries) {
        static Profile of(Round round, Map<String, Double> stages, Map<String, Double> libraries) {
            return new Profile(round.threadShares(), round.systemShare(), stages, libraries);
        }
    }

    /** The medians of all ratios. */
    static Map<String, Map<String, Double>> medians(Load load) {
        Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
        load.ratios().forEach((figure, byPair) -> {
            Map<String, Double> of = new LinkedHashMap<>();
            byPair.forEach((pair, spread) -> of.put(pair, spread.median()));
            medians.put(figure, of);
        });
        return medians;
    }
}

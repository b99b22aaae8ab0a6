package dev.parley.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.LoadResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ComparisonTest {
    private static Map<String, List<LoadResult>> rounds(List<LoadResult> parley, List<LoadResult> janus) {
        Map<String, List<LoadResult>> rounds = new LinkedHashMap<>();
        rounds.put("parley", parley);
        rounds.put("janus", janus);
        return rounds;
    }

    private static LoadResult parley(double us, boolean calm) {
        return SampleResults.result("parley", us, calm);
    }

    private static LoadResult janus(double us, boolean calm) {
        return SampleResults.result("janus", us, calm);
    }

    @Test
    void ratioIsTheMedianOfNeighbouringRounds() {
        Comparison.Load load = Comparison.Load.of(
                "meeting:2x10",
                rounds(
                        List.of(parley(4, true), parley(6, true), parley(5, true)),
                        List.of(janus(16, true), janus(12, true), janus(10, true))));
        assertEquals(0.5, load.ratio(Figure.CPU_PER_PACKET, "parley/janus").median(), 1e-9);
        assertEquals(5, load.median(Figure.CPU_PER_PACKET, "parley"), 1e-9);
        assertEquals(12, load.median(Figure.CPU_PER_PACKET, "janus"), 1e-9);
    }

    @Test
    void roundsThatWereNotCalmForAllDoNotCount() {
        Comparison.Load load = Comparison.Load.of(
                "meeting:2x10",
                rounds(
                        List.of(parley(4, true), parley(90, false), parley(4, true), parley(4, true)),
                        List.of(janus(8, true), janus(8, true), janus(8, true), janus(80, false))));
        // Two of four are too few.
        assertFalse(load.calmOnly());
        assertEquals(4, load.pairsCounted());
        Comparison.Load calmer = Comparison.Load.of(
                "meeting:2x10",
                rounds(
                        List.of(parley(4, true), parley(90, false), parley(4, true), parley(4, true)),
                        List.of(janus(8, true), janus(8, true), janus(8, true), janus(8, true))));
        assertTrue(calmer.calmOnly());
        assertEquals(3, calmer.pairsCounted());
        assertEquals(0.5, calmer.ratio(Figure.CPU_PER_PACKET, "parley/janus").most(), 1e-9);
    }

    @Test
    void ratiosAreWhereTheyAreLookedForInJson() {
        Comparison.Load load =
                Comparison.Load.of("meeting:2x10", rounds(List.of(parley(4, true)), List.of(janus(16, true))));
        JsonMapper mapper = new JsonMapper();
        JsonNode json = mapper.readTree(mapper.writeValueAsString(SampleResults.comparison(List.of(load))));
        assertEquals(
                0.25,
                json.path("ratios")
                        .path("cpuPerForwardedPacket")
                        .path("parley/janus")
                        .asDouble(),
                1e-9);
    }

    @Test
    void quartilesLieBetweenValues() {
        Spread spread = Spread.of(List.of(4.0, 1.0, 2.0, 3.0, Double.NaN));
        assertEquals(new Spread(4, 1, 1.75, 2.5, 3.25, 4), spread);
        assertEquals(0, Spread.of(List.of()).count());
        assertTrue(Double.isNaN(Spread.of(List.of()).median()));
    }
}

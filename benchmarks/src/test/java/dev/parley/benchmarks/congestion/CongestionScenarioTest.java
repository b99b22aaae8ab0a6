package dev.parley.benchmarks.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios of {@code ./parley bench congestion}, with the bounds that they must keep. */
final class CongestionScenarioTest {
    static List<String> names() {
        return Scenarios.all().stream().map(Scenario::name).toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void keepsItsBounds(String name) {
        ScenarioRun.Outcome outcome = new ScenarioRun(Scenarios.named(name)).run(Scenarios.SEED);
        for (Scenario.Bound bound : outcome.scenario().bounds()) {
            assertTrue(
                    bound.holds(outcome.figures()),
                    () -> name + " with seed " + Scenarios.SEED + ": " + bound + " does not hold of "
                            + outcome.figures());
        }
        assertFalse(outcome.scenario().bounds().isEmpty(), "nothing is asked of it");
    }

    /** So that the bounds hold of the sender, not of one seed. */
    @Test
    void twoFlowsShareAndAStepIsFollowedWithOtherSeedsToo() {
        for (long seed = 2; seed <= 4; seed++) {
            for (String name : List.of("variable-capacity", "two-flows", "random-loss-10")) {
                ScenarioRun.Outcome outcome = new ScenarioRun(Scenarios.named(name)).run(seed);
                assertTrue(outcome.withinBounds(), name + " with seed " + seed + ": " + outcome.figures());
            }
        }
    }

    @Test
    void sameSeedGivesTheSameFigures() {
        Scenario scenario = Scenarios.named("random-loss-5");
        assertEquals(
                new ScenarioRun(scenario).run(7).figures(),
                new ScenarioRun(scenario).run(7).figures());
    }

    /** A bound that cannot be missed would say nothing. */
    @Test
    void senderThatIgnoresFeedbackMissesTheBounds() {
        Scenario scenario = Scenarios.named("variable-capacity");
        Scenario deaf = scenario.withFeedback(Capacity.constant(1));
        assertFalse(new ScenarioRun(deaf).run(Scenarios.SEED).withinBounds());
    }

    @Test
    void plotShowsCapacityAndEveryFlow() {
        ScenarioRun.Outcome outcome = new ScenarioRun(Scenarios.named("two-flows")).run(Scenarios.SEED);
        String svg = Plot.draw(outcome);
        assertTrue(svg.startsWith("<svg") && svg.endsWith("</svg>\n"));
        assertTrue(svg.contains("media 1") && svg.contains("media 2") && svg.contains("capacity"));
    }
}

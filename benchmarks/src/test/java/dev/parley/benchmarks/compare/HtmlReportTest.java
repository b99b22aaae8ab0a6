package dev.parley.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.LoadResult;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class HtmlReportTest {
    private static Comparison.Load load(String name, double parleyUs, double janusUs) {
        Map<String, List<LoadResult>> rounds = new LinkedHashMap<>();
        rounds.put(
                "parley",
                List.of(
                        SampleResults.result("parley", parleyUs, true),
                        SampleResults.result("parley", parleyUs, true)));
        rounds.put(
                "janus",
                List.of(SampleResults.result("janus", janusUs, true), SampleResults.result("janus", janusUs, true)));
        return Comparison.Load.of(name, rounds);
    }

    private static List<Comparison> comparisons() {
        return List.of(SampleResults.comparison(
                List.of(load("meeting:2x10", 4, 16), load("webinar:1x50", 3, 20), load("webinar:1x200", 3.1, 22))));
    }

    private static Document parse(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    @Test
    void isWellFormedWithAPlotForEachQuestion() throws Exception {
        Document page = parse(HtmlReport.of(comparisons()));
        assertEquals("html", page.getDocumentElement().getTagName());
        // Load, size, latency, join times, memory twice, stages and threads.
        assertEquals(8, page.getElementsByTagName("svg").getLength());
        assertEquals(3, page.getElementsByTagName("table").getLength());
    }

    @Test
    void needsNothingFromElsewhere() {
        String page = HtmlReport.of(comparisons()).replace("http://www.w3.org/2000/svg", "");
        for (String reference : List.of("http:", "https:", "//", "src=", "href=", "url(", "@import", "<script")) {
            assertFalse(page.contains(reference), reference);
        }
    }

    @Test
    void tellsTheRatioTheMachineAndTheCommands() {
        String page = HtmlReport.of(comparisons());
        assertTrue(page.contains("parley/janus: <b>0.25</b>"));
        assertTrue(page.contains("a &lt;CPU&gt; &amp; more"));
        assertTrue(page.contains("./parley bench compare --json out.json --quick"));
        assertTrue(page.contains("Janus --a&lt;b&gt;"));
        assertTrue(page.contains("prefers-color-scheme:dark"));
    }

    @Test
    void theSummaryStandsAloneAndHasABarForEachServerAndFigure() throws Exception {
        String svg = SummaryPlot.of(comparisons().getFirst());

        Document plot = parse(svg);
        assertEquals("svg", plot.getDocumentElement().getTagName());
        // Four figures of two servers, and the ground.
        assertEquals(9, plot.getElementsByTagName("rect").getLength());
        assertTrue(svg.contains("16 (4.0 times)"), svg);
        assertTrue(svg.contains("a &lt;CPU&gt; &amp; more"), "where it was measured");
        assertTrue(svg.contains("./parley bench compare --quick"), "how it is measured again");
        assertFalse(svg.contains("--json"), "files are the machine's");
        assertTrue(svg.contains("prefers-color-scheme:dark"), "as an image it has no other styles");
    }

    @Test
    void whatASizeCostsIsReadAtOneRateOfPackets() throws Exception {
        List<Comparison.Load> even =
                List.of(load("webinar:50x11", 4, 16), load("webinar:10x51", 4.4, 20), load("webinar:1x501", 4.2, 22));

        SizeCost cost = Objects.requireNonNull(SizeCost.of(even).get("parley"));

        assertEquals(500, cost.viewers());
        assertEquals(
                List.of(10, 50, 500),
                cost.rooms().stream().map(SizeCost.Rooms::viewers).toList());
        assertEquals(0.1, cost.mostOverLeast(), 1e-9);
        // 550 members grew by 2,000 kB each, and 50 of them are no viewers.
        assertEquals(2_200, cost.rooms().getFirst().memoryPerViewerKb(), 1e-6);
        String page = HtmlReport.of(List.of(SampleResults.comparison(even)));
        assertTrue(page.contains("500 subscribers in all rooms"));
        // Of sizes there are two, and none against load.
        assertEquals(8, parse(page).getElementsByTagName("svg").getLength());
    }

    @Test
    void loadsOfDifferentRatesTellNoCostOfSize() {
        assertEquals(Map.of(), SizeCost.of(comparisons().getFirst().loads()));
        assertEquals(Map.of(), SizeCost.of(List.of(load("webinar:1x11", 4, 16), load("webinar:1x51", 4, 16))));
    }

    @Test
    void saysWhatWasNotValid() {
        LoadResult wrong = SampleResults.result("parley", 4, true);
        LoadResult.Validity invalid = new LoadResult.Validity(100, 3, 0, 0, 0, 0, 0, 0, 0);
        Map<String, List<LoadResult>> rounds = Map.of(
                "parley",
                List.of(new LoadResult(
                        wrong.startedAt(),
                        wrong.command(),
                        wrong.machine(),
                        wrong.target(),
                        wrong.server(),
                        wrong.shape(),
                        wrong.window(),
                        wrong.offered(),
                        wrong.delivered(),
                        wrong.loss(),
                        wrong.serverCost(),
                        wrong.bots(),
                        wrong.latency(),
                        wrong.joins(),
                        wrong.rampJoins(),
                        wrong.layers(),
                        invalid,
                        wrong.notes())));
        String page =
                HtmlReport.of(List.of(SampleResults.comparison(List.of(Comparison.Load.of("meeting:2x10", rounds)))));
        assertTrue(page.contains("NOT ALL that came was valid"));
    }

    @Test
    void axesHaveRoundNumbersAndRoomForAll() {
        Scale linear = Scale.linear(23.4, 0, 100);
        assertEquals(List.of(0.0, 5.0, 10.0, 15.0, 20.0, 25.0), linear.ticks());
        assertEquals(100, linear.px(25), 1e-9);
        Scale powers = Scale.logarithmic(0.2, 30, 0, 300);
        assertEquals(List.of(0.1, 1.0, 10.0, 100.0), powers.ticks());
        assertEquals(100, powers.px(1), 1e-9);
    }
}

package dev.parley.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ImpairedLinkTest {
    private static final int PACKETS = 20_000;
    private static final long GAP_NS = 100_000;

    private static long[] departures(Impairment impairment, int flow, boolean upwards) {
        ImpairedLink link = new ImpairedLink(impairment, flow, upwards);
        return LongStream.range(0, PACKETS)
                .map(n -> link.departureNs(n * GAP_NS))
                .toArray();
    }

    private static Impairment jittered(boolean reorders, long seed) {
        return new Impairment(0.05, Duration.ofMillis(20), Duration.ofMillis(8), reorders, seed);
    }

    @Test
    void sameSeedDoesTheSame() {
        assertEquals(
                LongStream.of(departures(jittered(false, 7), 3, true)).boxed().toList(),
                LongStream.of(departures(jittered(false, 7), 3, true)).boxed().toList());
    }

    @Test
    void otherSeedFlowOrDirectionDoesSomethingElse() {
        long[] one = departures(jittered(false, 7), 3, true);
        assertNotEquals(
                LongStream.of(one).sum(),
                LongStream.of(departures(jittered(false, 8), 3, true)).sum());
        assertNotEquals(
                LongStream.of(one).sum(),
                LongStream.of(departures(jittered(false, 7), 4, true)).sum());
        assertNotEquals(
                LongStream.of(one).sum(),
                LongStream.of(departures(jittered(false, 7), 3, false)).sum());
    }

    @Test
    void losesTheShareAskedFor() {
        long lost = LongStream.of(departures(jittered(false, 1), 0, true))
                .filter(at -> at == ImpairedLink.LOST)
                .count();
        // Four standard deviations of a binomial of 20,000 at 5 %.
        assertEquals(0.05 * PACKETS, (double) lost, 125);
    }

    @Test
    void losesEverythingOrNothingAtTheEnds() {
        assertTrue(LongStream.of(departures(Impairment.none(), 0, true)).noneMatch(at -> at == ImpairedLink.LOST));
        Impairment all = new Impairment(1, Duration.ZERO, Duration.ZERO, false, 1);
        assertTrue(LongStream.of(departures(all, 0, true)).allMatch(at -> at == ImpairedLink.LOST));
    }

    @Test
    void delaysWithinTheBoundsAndOverAllOfThem() {
        long least = Long.MAX_VALUE;
        long most = 0;
        long[] departures = departures(jittered(true, 1), 0, true);
        for (int n = 0; n < PACKETS; n++) {
            if (departures[n] != ImpairedLink.LOST) {
                long delayNs = departures[n] - n * GAP_NS;
                least = Math.min(least, delayNs);
                most = Math.max(most, delayNs);
            }
        }
        assertTrue(least >= 20_000_000 && least < 20_100_000, "least " + least);
        assertTrue(most <= 28_000_000 && most > 27_900_000, "most " + most);
    }

    @Test
    void overtakesOnlyWhenTold() {
        assertEquals(0, overtaken(departures(jittered(false, 1), 0, true)));
        assertTrue(overtaken(departures(jittered(true, 1), 0, true)) > PACKETS / 4);
    }

    private static int overtaken(long[] departures) {
        int overtaken = 0;
        long latest = Long.MIN_VALUE;
        for (long at : departures) {
            if (at != ImpairedLink.LOST) {
                overtaken += at < latest ? 1 : 0;
                latest = Math.max(latest, at);
            }
        }
        return overtaken;
    }

    @Test
    void refusesWhatIsNoShare() {
        assertThrows(IllegalArgumentException.class, () -> new Impairment(1.1, Duration.ZERO, Duration.ZERO, false, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Impairment(Double.NaN, Duration.ZERO, Duration.ZERO, false, 1));
    }
}

package dev.parley.benchmarks.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ForkTest {
    @Test
    void quantilesLieBetweenTheirNeighbours() {
        List<Double> values = List.of(5.0, 1.0, 3.0);
        assertEquals(3.0, Fork.quantile(values, 0.5));
        assertEquals(2.0, Fork.quantile(values, 0.25));
        assertEquals(5.0, Fork.quantile(values, 1));
        assertEquals(7.0, Fork.quantile(List.of(7.0), 0.5));
    }
}

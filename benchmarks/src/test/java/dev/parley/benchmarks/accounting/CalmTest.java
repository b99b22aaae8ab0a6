package dev.parley.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalmTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private static Calm.Mark mark(long atNs, long busyTicks, long stolenTicks, long ownCpuNs) {
        CoreTimes.Core idle = new CoreTimes.Core(0, 0);
        return new Calm.Mark(atNs, new CoreTimes(List.of(new CoreTimes.Core(busyTicks, stolenTicks), idle)), ownCpuNs);
    }

    @Test
    void readsTheKernelsLines() {
        CoreTimes times = CoreTimes.of(List.of(
                "cpu  30 3 6 300 9 0 3 12 0 0",
                "cpu0 10 1 2 100 3 0 1 4 0 0",
                "cpu1 20 2 4 200 6 0 2 8 5 0",
                "intr 12345"));
        assertEquals(List.of(new CoreTimes.Core(14, 4), new CoreTimes.Core(28, 8)), times.cores());
    }

    @Test
    void undisturbedWhenAllThatRanWasOurs() {
        Calm calm = Calm.between(mark(0, 100, 50, 0), mark(SECOND_NS, 190, 50, 900_000_000));
        assertEquals(0, calm.foreignShare(), 1e-9);
        assertTrue(calm.isCalm());
    }

    @Test
    void disturbedByTheMachineBelow() {
        Calm calm = Calm.between(mark(0, 100, 50, 0), mark(SECOND_NS, 190, 60, 900_000_000));
        assertEquals(0.05, calm.stolenShare(), 1e-9);
        assertFalse(calm.isCalm());
    }

    @Test
    void disturbedByOtherProcesses() {
        Calm calm = Calm.between(mark(0, 100, 50, 0), mark(SECOND_NS, 150, 50, 100_000_000));
        assertEquals(0.2, calm.foreignShare(), 1e-9);
        assertFalse(calm.isCalm());
    }

    @Test
    void readsThisMachine() throws IOException {
        Calm.Mark mark = Calm.mark(List.of(ProcessHandle.current().pid()));
        assertEquals(CpuAffinity.machineCores(), mark.cores().cores().size());
        assertTrue(mark.cores().busyTicks() > 0);
        assertTrue(mark.ownCpuNs() > 0);
    }
}

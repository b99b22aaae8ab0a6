package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulatedNetworkTest {
    private final VirtualClock clock = new VirtualClock();

    @Test
    void sameSeedGivesTheSameRun() {
        LinkConditions bad = LinkConditions.perfect()
                .withLoss(0.1)
                .withDelayMs(20)
                .withJitterMs(10)
                .withReordering(0.05, 15)
                .withDuplicates(0.02);
        assertEquals(arrivals(bad, 7), arrivals(bad, 7));
        assertNotEquals(arrivals(bad, 7), arrivals(bad, 8));
    }

    @Test
    void losesTheShareItWasToldTo() {
        int arrived = arrivals(LinkConditions.perfect().withLoss(0.1), 1).size();
        assertTrue(arrived > 870 && arrived < 930, "arrived " + arrived);
    }

    @Test
    void jitterKeepsTheOrderAndReorderingDoesNot() {
        LinkConditions jitter = LinkConditions.perfect().withDelayMs(5).withJitterMs(30);
        List<Integer> inOrder = arrivals(jitter, 3);
        assertEquals(inOrder.stream().sorted().toList(), inOrder);

        List<Integer> mixed = arrivals(jitter.withReordering(0.1, 40), 3);
        assertEquals(1000, mixed.size());
        assertNotEquals(mixed.stream().sorted().toList(), mixed);
    }

    @Test
    void bottleneckQueuesAndThenLoses() {
        SimulatedNetwork network = new SimulatedNetwork(clock, 1);
        List<Long> times = new ArrayList<>();
        // 1,000 bytes take 10 ms at 800 kbit/s; the queue holds three of them.
        SimulatedNetwork.Link link =
                network.link(LinkConditions.perfect().withRate(800_000, 3_000), datagram -> times.add(clock.nowNs()));
        long startNs = clock.nowNs();
        for (int i = 0; i < 5; i++) {
            link.send(new byte[1_000]);
        }
        clock.advanceMs(100);
        assertEquals(
                List.of(10L, 20L, 30L),
                times.stream().map(ns -> (ns - startNs) / 1_000_000).toList());
        assertEquals(2, link.lost());
        assertEquals(3, link.delivered());
    }

    @Test
    void clockRunsActionsInOrderOfTimeThenOfScheduling() {
        List<String> ran = new ArrayList<>();
        clock.after(2_000_000, () -> ran.add("late"));
        clock.after(1_000_000, () -> ran.add("first"));
        clock.after(1_000_000, () -> clock.after(0, () -> ran.add("nested")));
        clock.after(1_000_000, () -> ran.add("second"));
        clock.advanceMs(1);
        assertEquals(List.of("first", "second", "nested"), ran);
        clock.advanceMs(1);
        assertEquals(List.of("first", "second", "nested", "late"), ran);
    }

    private List<Integer> arrivals(LinkConditions conditions, long seed) {
        SimulatedNetwork network = new SimulatedNetwork(clock, seed);
        List<Integer> arrivals = new ArrayList<>();
        SimulatedNetwork.Link link =
                network.link(conditions, datagram -> arrivals.add((datagram[0] & 0xFF) << 8 | datagram[1] & 0xFF));
        for (int i = 0; i < 1_000; i++) {
            link.send(new byte[] {(byte) (i >> 8), (byte) i});
            clock.advanceMs(2);
        }
        clock.advanceMs(1_000);
        return arrivals;
    }
}

package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.sfu.SfuStats;
import org.junit.jupiter.api.Test;

class ForwardingDelayTest {
    private static final long US = 1_000;
    private static final long READ_NS = 1_000_000 * US;

    private final ForwardingDelay delay = new ForwardingDelay();

    @Test
    void countsFromThePacketsArrivalToTheEndOfTheFlush() {
        delay.forwarded(READ_NS - 300 * US);
        delay.flushed(READ_NS + 100 * US, READ_NS, 0);
        SfuStats.Delay delays = delay.delays(READ_NS);
        assertEquals(1, delays.count());
        assertEquals(400 * US, delays.totalNs());
        assertEquals(0, delay.gatherWaits(READ_NS).totalNs());
    }

    @Test
    void whatLeavesBeforeTheTurnIsOverIsNotHeldUpByTheRest() {
        delay.forwarded(READ_NS);
        delay.left(READ_NS + 10 * US);
        delay.forwarded(READ_NS);
        delay.forwarded(READ_NS);
        delay.left(READ_NS + 20 * US);
        delay.forwarded(READ_NS);
        delay.flushed(READ_NS + 100 * US, READ_NS, 0);
        assertEquals((10 + 20 + 20 + 100) * US, delay.delays(READ_NS).totalNs());
    }

    @Test
    void namesOfTheGatherWaitWhatThePacketWasThereFor() {
        long gatheredNs = 500 * US;
        delay.forwarded(READ_NS - 900 * US); // Waited for the loop before the gathering began.
        delay.forwarded(READ_NS - 120 * US); // Came during it.
        delay.forwarded(READ_NS + 30 * US); // Came while the others were being read.
        delay.flushed(READ_NS + 100 * US, READ_NS, gatheredNs);
        assertEquals(3, delay.gatherWaits(READ_NS).count());
        assertEquals((500 + 120 + 0) * US, delay.gatherWaits(READ_NS).totalNs());
        assertEquals((1_000 + 220 + 70) * US, delay.delays(READ_NS).totalNs());
    }

    @Test
    void aPacketIsRecordedOnceHoweverManyComeInATurn() {
        for (int turn = 0; turn < 3; turn++) {
            for (int i = 0; i < 5_000; i++) {
                delay.forwarded(READ_NS);
            }
            delay.flushed(READ_NS + US, READ_NS, 0);
        }
        delay.flushed(READ_NS + US, READ_NS, 0);
        assertEquals(15_000, delay.delays(READ_NS).count());
    }
}

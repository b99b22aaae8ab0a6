package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class GatherPolicyTest {
    private static final long MAX_NS = 500_000;
    private static final long TURN_NS = 1_000_000;
    private static final long BUSY_NS = 20_000;

    private final GatherPolicy policy = new GatherPolicy(MAX_NS);
    private long nowNs = 1_000_000_000_000L;
    private long packets;

    @Test
    void shardWithLittleToDoNeverWaits() {
        assertEquals(0, policy.gatherNs());
        sendForOneWindow(policy, GatherPolicy.BEGIN_PACKETS_PER_SECOND / 2);
        assertEquals(0, policy.gatherNs());
    }

    @Test
    void busyShardWaitsAndStopsOnlyWellBelowWhereItBegan() {
        sendForOneWindow(policy, GatherPolicy.BEGIN_PACKETS_PER_SECOND * 2);
        assertEquals(MAX_NS - BUSY_NS, policy.gatherNs());
        long between = (GatherPolicy.BEGIN_PACKETS_PER_SECOND + GatherPolicy.END_PACKETS_PER_SECOND) / 2;
        sendForOneWindow(policy, between);
        assertEquals(MAX_NS - BUSY_NS, policy.gatherNs());
        sendForOneWindow(policy, GatherPolicy.END_PACKETS_PER_SECOND / 2);
        assertEquals(0, policy.gatherNs());
        sendForOneWindow(policy, between);
        assertEquals(0, policy.gatherNs());
    }

    @Test
    void longTurnHasLetPacketsGatherAlready() {
        sendForOneWindow(policy, GatherPolicy.BEGIN_PACKETS_PER_SECOND * 2);
        policy.turnEnded(nowNs, packets, MAX_NS - 1);
        assertEquals(1, policy.gatherNs());
        policy.turnEnded(nowNs, packets, 2 * MAX_NS);
        assertEquals(0, policy.gatherNs());
    }

    @Test
    void silenceEndsTheWait() {
        sendForOneWindow(policy, GatherPolicy.BEGIN_PACKETS_PER_SECOND * 2);
        nowNs += 10 * GatherPolicy.WINDOW_NS;
        policy.turnEnded(nowNs, packets, BUSY_NS);
        assertEquals(0, policy.gatherNs());
    }

    @Test
    void zeroSwitchesItOff() {
        GatherPolicy off = new GatherPolicy(0);
        sendForOneWindow(off, GatherPolicy.BEGIN_PACKETS_PER_SECOND * 100);
        assertEquals(0, off.gatherNs());
    }

    private void sendForOneWindow(GatherPolicy to, long packetsPerSecond) {
        for (long passedNs = 0; passedNs <= GatherPolicy.WINDOW_NS + TURN_NS; passedNs += TURN_NS) {
            nowNs += TURN_NS;
            packets += packetsPerSecond * TURN_NS / 1_000_000_000;
            to.turnEnded(nowNs, packets, BUSY_NS);
        }
    }
}

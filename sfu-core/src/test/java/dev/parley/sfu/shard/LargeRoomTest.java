package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A room of 200 viewers on two shards against one on a single shard: real shards, peers and ciphers, without sockets.
 * Whether the machine has two cores to give is measured in the same run, by two rooms that have nothing to do with each
 * other.
 */
final class LargeRoomTest {
    private static final int VIEWERS = 200;
    private static final int FRAMES = 192;
    private static final int WARM_UP_ROUNDS = 4;
    private static final long BUDGET_NS = TimeUnit.SECONDS.toNanos(8);
    private static final int ROUNDS = 21;
    private static final double WANTED = 1.6;
    private static final double FREE_CORES = 1.8;

    @Test
    void roomOfTwoShardsMovesMoreThanOneOfOneAndKeepsTheOrder() throws IOException {
        try (MemoryShards shards = new MemoryShards(2, VIEWERS / 2 + 1, new JdkSrtpCipherProvider())) {
            MemoryShards.Room twoShards = shards.room(0);
            twoShards.addViewers(VIEWERS);
            assertEquals(2, twoShards.segments().count());
            try (MemoryShards single = new MemoryShards(2, 0, new JdkSrtpCipherProvider())) {
                MemoryShards.Room oneShard = single.room(0);
                MemoryShards.Room other = single.room(1);
                oneShard.addViewers(VIEWERS);
                other.addViewers(VIEWERS);
                assertEquals(1, oneShard.segments().count());
                measure(oneShard, other, twoShards);
            }
        }
    }

    private static void measure(MemoryShards.Room oneShard, MemoryShards.Room other, MemoryShards.Room twoShards) {
        List<Double> gains = new ArrayList<>();
        List<Double> cpuGains = new ArrayList<>();
        List<Double> capacities = new ArrayList<>();
        long endNs = System.nanoTime() + BUDGET_NS;
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS && System.nanoTime() - endNs < 0; round++) {
            Time alone = time(oneShard);
            Time both = time(twoShards);
            Time apart = time(oneShard, other);
            if (round >= WARM_UP_ROUNDS) {
                gains.add((double) alone.wallNs() / both.wallNs());
                cpuGains.add((double) alone.cpuNs() / both.cpuNs());
                capacities.add(2.0 * alone.wallNs() / apart.wallNs());
            }
        }
        assertEquals(0, oneShard.outOfOrder() + other.outOfOrder() + twoShards.outOfOrder());
        assumeTrue(!gains.isEmpty(), "the machine is too slow to be measured now");
        double gain = median(gains);
        double capacity = median(capacities);
        String report = String.format(
                Locale.ROOT,
                "rounds=%d two shards move %.2f times the packets of one, the machine could give %.2f;"
                        + " by CPU time of the busier shard it would be %.2f",
                gains.size(),
                gain,
                capacity,
                median(cpuGains));
        System.out.println(report);
        assumeTrue(gain >= WANTED || capacity >= FREE_CORES, report);
        assertTrue(gain >= WANTED, report);
    }

    /** How long some frames took to all viewers, and how much CPU time of the busiest shard. */
    private record Time(long wallNs, long cpuNs) {}

    private static Time time(MemoryShards.Room... rooms) {
        for (MemoryShards.Room room : rooms) {
            room.prepare(FRAMES);
        }
        long[] cpuBefore = rooms[0].cpuNs();
        long startNs = System.nanoTime();
        for (MemoryShards.Room room : rooms) {
            room.start();
        }
        for (MemoryShards.Room room : rooms) {
            room.await();
        }
        long wallNs = System.nanoTime() - startNs;
        long[] cpu = rooms[0].cpuNs();
        long busiestNs = 0;
        for (int i = 0; i < cpu.length; i++) {
            busiestNs = Math.max(busiestNs, cpu[i] - cpuBefore[i]);
        }
        return new Time(wallNs, busiestNs);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}

package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShardLoadTest {
    @Test
    void aBusyShardWithFewParticipantsIsMoreLoadedThanAnIdleOneWithMany() {
        assertLess(new ShardLoad(0.10, 0, 500, 50), new ShardLoad(0.60, 0, 10, 1));
    }

    @Test
    void sharesThatDifferByNoiseLeaveItToTheParticipants() {
        assertLess(new ShardLoad(0.04, 0, 2, 5), new ShardLoad(0.01, 0, 8, 1));
    }

    @Test
    void shardsWithNobodyAreChosenByTheirRooms() {
        assertLess(new ShardLoad(0, 0, 0, 1), new ShardLoad(0, 0, 0, 2));
    }

    @Test
    void roomsMadeAtOneTimeDoNotAllGoToTheSameShard() {
        double[] busy = {0.30, 0.10};
        int[] placed = new int[2];
        for (int i = 0; i < 40; i++) {
            ShardLoad first = new ShardLoad(busy[0], placed[0], 0, placed[0]);
            ShardLoad second = new ShardLoad(busy[1], placed[1], 0, placed[1]);
            placed[ShardLoad.ASCENDING.compare(first, second) <= 0 ? 0 : 1]++;
        }
        assertTrue(placed[0] >= 10, "only " + placed[0] + " rooms on the first shard");
        assertTrue(placed[1] > placed[0], "the busier shard got as many rooms");
    }

    private static void assertLess(ShardLoad less, ShardLoad more) {
        assertTrue(ShardLoad.ASCENDING.compare(less, more) < 0, less + " is not before " + more);
        assertTrue(ShardLoad.ASCENDING.compare(more, less) > 0, more + " is not after " + less);
    }
}

package dev.parley.sfu.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SsrcMapTest {
    @Test
    void findsAnySsrcIncludingZeroAndTheHighest() {
        SsrcMap<String> map = new SsrcMap<>(8);
        map.put(0, "zero");
        map.put(0xFFFF_FFFF, "highest");

        assertEquals("zero", map.get(0));
        assertEquals("highest", map.get(0xFFFF_FFFF));
        assertNull(map.get(1));
    }

    @Test
    void refusesMoreThanItsBound() {
        SsrcMap<String> map = new SsrcMap<>(2);
        map.put(1, "one");
        map.put(2, "two");

        assertTrue(map.isFull());
        assertThrows(IllegalStateException.class, () -> map.put(3, "three"));
    }

    @Test
    void agreesWithAHashMapOverRandomInsertionsAndRemovals() {
        long seed = 0x5eed;
        Random random = new Random(seed);
        Map<Integer, Integer> expected = new HashMap<>();
        SsrcMap<Integer> map = new SsrcMap<>(1_024);
        for (int i = 0; i < 100_000; i++) {
            int ssrc = random.nextInt(300) * 0x10_0001;
            if (random.nextBoolean()) {
                map.remove(ssrc);
                expected.remove(ssrc);
            } else if (!expected.containsKey(ssrc)) {
                map.put(ssrc, i);
                expected.put(ssrc, i);
            }
            assertEquals(expected.size(), map.size());
        }
        for (int n = 0; n < 300; n++) {
            int ssrc = n * 0x10_0001;
            assertEquals(expected.get(ssrc), map.get(ssrc), "seed " + seed + ", SSRC " + ssrc);
        }
    }
}

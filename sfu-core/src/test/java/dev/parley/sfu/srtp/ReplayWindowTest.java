package dev.parley.sfu.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void refusesWhatItHasAccepted() {
        window.accept(7);

        assertFalse(window.check(7));
        assertTrue(window.check(6));
        assertTrue(window.check(8));
    }

    @Test
    void checkingChangesNothing() {
        window.accept(7);

        assertTrue(window.check(1_000));
        assertTrue(window.check(1_000));
        assertTrue(window.check(6));
        assertEquals(7, window.highest());
    }

    @Test
    void takesTheOldestOf128EntriesAndNothingOlder() {
        window.accept(1_000);

        assertTrue(window.check(1_000 - 127));
        assertFalse(window.check(1_000 - 128));
    }

    @Test
    void remembersEachEntryAcrossBothWords() {
        for (int gap : new int[] {1, 63, 64, 65, 127}) {
            ReplayWindow each = new ReplayWindow();
            each.accept(500);
            each.accept(500 + gap);
            assertFalse(each.check(500), "gap " + gap);
            assertTrue(each.check(501 + gap), "gap " + gap);
        }
    }

    @Test
    void agreesWithAPlainSetOverRandomOrder() {
        long seed = 0x5eed;
        Random random = new Random(seed);
        Set<Long> accepted = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 200_000; i++) {
            long index = Math.max(0, highest + random.nextInt(300) - 200);
            boolean expected = index > highest || (highest - index < 128 && !accepted.contains(index));
            assertEquals(expected, window.check(index), "seed " + seed + ", index " + index + " at " + highest);
            if (expected && random.nextInt(4) > 0) {
                window.accept(index);
                accepted.add(index);
                highest = Math.max(highest, index);
            }
        }
        assertEquals(highest, window.highest());
    }
}

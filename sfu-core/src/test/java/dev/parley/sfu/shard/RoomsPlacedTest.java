package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RoomsPlacedTest {
    private final RoomsPlaced placed = new RoomsPlaced();

    @Test
    void aRoomIsNewUntilAWholeIntervalHasMeasuredIt() {
        placed.add();
        placed.add();
        assertEquals(2, placed.unmeasured());
        placed.measured(1); // They came in the middle of this one.
        placed.add();
        assertEquals(3, placed.unmeasured());
        placed.measured(2);
        assertEquals(1, placed.unmeasured());
        placed.measured(3);
        assertEquals(0, placed.unmeasured());
    }

    @Test
    void tellingTheSameIntervalAgainChangesNothing() {
        placed.add();
        placed.measured(1);
        placed.measured(1);
        placed.measured(1);
        assertEquals(1, placed.unmeasured());
    }
}

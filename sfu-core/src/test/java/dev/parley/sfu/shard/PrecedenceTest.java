package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PrecedenceTest {
    private boolean permitted = true;
    private int asked;
    private int givenBack;

    private final Precedence precedence = new Precedence(
            () -> {
                asked++;
                return permitted;
            },
            () -> givenBack++);

    @Test
    void isHeldWhileTheShardLeavesOthersTime() {
        precedence.start(0);
        precedence.measured(0.5);
        precedence.measured(Precedence.TOO_BUSY);

        assertTrue(precedence.isHeld());
        assertEquals(1, asked);
    }

    @Test
    void isGivenBackByABusyShardAndTakenAgainWhenThereIsClearlyLessToDo() {
        precedence.start(0);
        precedence.measured(0.9);
        assertFalse(precedence.isHeld());
        assertEquals(1, givenBack);

        precedence.measured(0.7);
        assertFalse(precedence.isHeld(), "no coming and going around one threshold");

        precedence.measured(0.5);
        assertTrue(precedence.isHeld());
    }

    @Test
    void isNotAskedForAgainWhereItIsNotPermitted() {
        permitted = false;
        precedence.start(0);
        precedence.measured(0.9);
        precedence.measured(0.1);

        assertFalse(precedence.isHeld());
        assertEquals(1, asked);
        assertEquals(0, givenBack);
    }

    @Test
    void isNotTakenByAShardThatDoesNotWantIt() {
        precedence.measured(0.1);

        assertEquals(0, asked);
    }
}

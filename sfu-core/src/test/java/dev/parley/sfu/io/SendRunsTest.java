package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SendRunsTest {
    @Test
    void countsRunsByLengthInPowersOfTwo() {
        SendRuns runs = new SendRuns();
        for (int length : new int[] {1, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64}) {
            runs.add(length);
        }
        assertEquals(List.of(2L, 1L, 2L, 2L, 2L, 2L, 2L), runs.byLength());
        assertEquals(13, runs.runs());
        assertEquals(195, runs.packets());
    }
}

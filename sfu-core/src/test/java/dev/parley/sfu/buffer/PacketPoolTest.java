package dev.parley.sfu.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class PacketPoolTest {
    @Test
    void allTestsTraceLeaks() {
        assertTrue(
                Boolean.getBoolean(PacketPool.LEAK_TRACING), "run tests with -D" + PacketPool.LEAK_TRACING + "=true");
    }

    @Test
    void refusesWhenAllPacketsAreInUseAndTakesThemBack() {
        try (PacketPool pool = PacketPool.bounded(300)) {
            PacketBuffer[] all = new PacketBuffer[300];
            for (int i = 0; i < all.length; i++) {
                all[i] = acquire(pool);
            }
            assertNull(pool.acquire());
            assertEquals(300, pool.outstanding());
            for (PacketBuffer packet : all) {
                packet.release();
            }
            assertEquals(0, pool.outstanding());
            acquire(pool).release();
        }
    }

    @Test
    void tellsWhereLeakedPacketsWereAcquired() {
        PacketPool pool = PacketPool.bounded(8);
        acquire(pool).release();
        leakOne(pool);
        for (int i = 0; i < 3; i++) {
            leakAnother(pool);
        }
        PacketLeakException leak = assertThrows(PacketLeakException.class, pool::close);
        assertEquals("4 packets were never released", leak.getMessage());
        assertEquals(2, leak.getSuppressed().length, "each place once");
        assertTrue(isOf(leak, "leakOne") && isOf(leak, "leakAnother"), () -> Arrays.toString(leak.getSuppressed()));
    }

    @Test
    void windowMovesOverItsMemoryAndIsNobodysToKeep() {
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer window = pool.window(3_000);
            window.moveTo(2_990);
            window.length(10);
            window.putU8(9, 7);
            assertThrows(IndexOutOfBoundsException.class, () -> window.putU8(10, 7));
            window.moveTo(2_999);
            assertEquals(0, window.length());
            assertEquals(7, window.u8(0));
            assertThrows(IndexOutOfBoundsException.class, () -> window.moveTo(3_001));
            assertThrows(IllegalStateException.class, window::retain);
            assertThrows(IllegalStateException.class, window::release);
            assertEquals(0, pool.outstanding());
        }
    }

    @Test
    void packetThatIsRetainedOnceTooOftenIsALeak() {
        PacketPool pool = PacketPool.bounded(8);
        acquire(pool).retain().release();
        assertThrows(PacketLeakException.class, pool::close);
    }

    private static boolean isOf(Throwable leak, String method) {
        return Arrays.stream(leak.getSuppressed())
                .flatMap(place -> Arrays.stream(place.getStackTrace()))
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    @SuppressWarnings("CheckReturnValue") // That is the leak.
    private static void leakOne(PacketPool pool) {
        acquire(pool);
    }

    @SuppressWarnings("CheckReturnValue")
    private static void leakAnother(PacketPool pool) {
        acquire(pool);
    }

    private static PacketBuffer acquire(PacketPool pool) {
        return Objects.requireNonNull(pool.acquire(), "the pool is empty");
    }

    /** As a server runs. */
    @ExtendWith(WithoutLeakTracing.class)
    @Nested
    class Untraced {
        @Test
        void closesWhateverIsHeld() {
            PacketPool pool = PacketPool.bounded(8);
            leakOne(pool);
            pool.close();
            assertEquals(1, pool.outstanding());
        }

        @Test
        void acquiresAndReleasesWithoutGarbage() {
            try (PacketPool pool = PacketPool.bounded(8)) {
                acquire(pool).release();
                long least = AllocationMeter.leastBytes(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        acquire(pool).release();
                    }
                });
                assertEquals(0, least);
            }
        }
    }
}

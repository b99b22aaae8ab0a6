package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class KeyframeRequestThrottleTest {
    private final KeyframeRequestThrottle throttle = new KeyframeRequestThrottle();

    @Test
    void firstAskIsSentAtOnceAndManyAtATimeAreOne() {
        for (int i = 0; i < 50; i++) {
            ask(0);
        }
        assertTrue(due(0));
        assertFalse(due(0));
        assertEquals(1, throttle.sentTotal());
    }

    @Test
    void askWithinTheIntervalIsSentAtItsEnd() {
        ask(0);
        assertTrue(due(0));
        ask(100);
        assertFalse(due(499));
        assertEquals(ns(500), throttle.nextDeadlineNs());
        assertTrue(due(500));
    }

    @Test
    void keyframeServesEveryAskBeforeIt() {
        ask(0);
        assertTrue(due(0));
        ask(100);
        throttle.keyframe();
        assertEquals(Long.MAX_VALUE, throttle.nextDeadlineNs());
        ask(200);
        assertFalse(due(499));
        assertTrue(due(500));
    }

    @Test
    void requestIsRepeatedWhileNoKeyframeComesAndThenGivenUp() {
        ask(0);
        for (int i = 0; i < KeyframeRequestThrottle.MAX_REQUESTS; i++) {
            assertFalse(due(i * 500L - 1));
            assertTrue(due(i * 500L));
        }
        assertEquals(Long.MAX_VALUE, throttle.nextDeadlineNs());
        ask(20_000);
        assertTrue(due(20_000));
        assertEquals(ns(20_500), throttle.nextDeadlineNs());
    }

    @Test
    void nothingIsSentUnasked() {
        assertFalse(due(10_000));
        assertEquals(Long.MAX_VALUE, throttle.nextDeadlineNs());
    }

    private void ask(long nowMs) {
        throttle.ask(ns(nowMs));
    }

    private boolean due(long nowMs) {
        return throttle.takeDue(ns(nowMs));
    }

    private static long ns(long ms) {
        return ms * 1_000_000L;
    }
}

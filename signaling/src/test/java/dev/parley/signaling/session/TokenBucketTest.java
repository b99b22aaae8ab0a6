package dev.parley.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    @Test
    void givesItsBurstAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, 3, 0);
        assertEquals(3, taken(bucket, 5, 0));
        assertEquals(0, taken(bucket, 1, TimeUnit.MILLISECONDS.toNanos(99)));
        assertEquals(1, taken(bucket, 2, TimeUnit.MILLISECONDS.toNanos(101)));
        assertEquals(3, taken(bucket, 100, TimeUnit.HOURS.toNanos(1)));
    }

    @Test
    void limitsAnIpv6NetworkAsOneAddress() {
        JoinLimiter limiter = new JoinLimiter(1);
        assertTrue(limiter.allows("2001:db8:0:1::1", 0));
        assertFalse(limiter.allows("2001:db8:0:1::2", 0));
        assertTrue(limiter.allows("2001:db8:0:2::1", 0));
        assertTrue(limiter.allows("192.0.2.1", 0));
        assertTrue(limiter.allows("192.0.2.2", 0));
        assertFalse(limiter.allows("192.0.2.2", TimeUnit.SECONDS.toNanos(59)));
        assertTrue(limiter.allows("192.0.2.2", TimeUnit.SECONDS.toNanos(61)));
    }

    private static int taken(TokenBucket bucket, int attempts, long nowNs) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            if (bucket.tryTake(nowNs)) {
                taken++;
            }
        }
        return taken;
    }
}

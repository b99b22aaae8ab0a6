package dev.parley.sfu.stream;

import java.util.Arrays;

/** The rate of a stream over a sliding window of one second, in ten buckets. Owned by the shard. */
final class RateMeter {
    private static final int BUCKETS = 10;
    private static final long BUCKET_NS = 100_000_000L;

    private final long[] bytes = new long[BUCKETS];
    private boolean started;
    private long current;
    private long sum;
    private long filled;

    void add(int sizeBytes, long nowNs) {
        advance(nowNs);
        bytes[Math.floorMod(current, BUCKETS)] += sizeBytes;
        sum += sizeBytes;
    }

    /** Bits per second over the last second, or over the time since the start while that is shorter. */
    long bitrateBps(long nowNs) {
        if (!started) {
            return 0;
        }
        advance(nowNs);
        return sum * 8 * BUCKETS / filled;
    }

    private void advance(long nowNs) {
        long bucket = Math.floorDiv(nowNs, BUCKET_NS);
        if (!started) {
            started = true;
            current = bucket;
            filled = 1;
            return;
        }
        if (bucket - current >= BUCKETS) {
            Arrays.fill(bytes, 0);
            sum = 0;
            filled = BUCKETS;
            current = bucket;
            return;
        }
        while (current < bucket) {
            current++;
            int index = Math.floorMod(current, BUCKETS);
            sum -= bytes[index];
            bytes[index] = 0;
            filled = Math.min(BUCKETS, filled + 1);
        }
    }
}

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

    void add(int sizeBytes, long nowNs) {
        advance(nowNs);
        bytes[Math.floorMod(current, BUCKETS)] += sizeBytes;
        sum += sizeBytes;
    }

    /**
     * The bits of the last second. A stream that has begun since then is told too low, which is the smaller mistake: video
     * begins with a keyframe, and its first tenth of a second, taken for ten, would be many times its rate.
     */
    long bitrateBps(long nowNs) {
        if (!started) {
            return 0;
        }
        advance(nowNs);
        return sum * 8;
    }

    private void advance(long nowNs) {
        long bucket = Math.floorDiv(nowNs, BUCKET_NS);
        if (!started) {
            started = true;
            current = bucket;
            return;
        }
        if (bucket - current >= BUCKETS) {
            Arrays.fill(bytes, 0);
            sum = 0;
            current = bucket;
            return;
        }
        while (current < bucket) {
            current++;
            int index = Math.floorMod(current, BUCKETS);
            sum -= bytes[index];
            bytes[index] = 0;
        }
    }
}

package dev.parley.sfu.stream;

import java.util.Arrays;

/**
 * Which of the last {@value #SIZE} packets of a stream have arrived, so that one that comes both by itself and as a
 * retransmission is forwarded once. Sequence numbers are unwrapped ones. Owned by the shard.
 */
final class DuplicateWindow {
    static final int SIZE = 2_048;

    private final long[] seen = new long[SIZE / 64];
    private boolean started;
    private long highest;

    boolean isTooOld(long sequence) {
        return started && sequence <= highest - SIZE;
    }

    /** Notes a packet that is not too old; false when it had been noted before. */
    boolean add(long sequence) {
        if (!started) {
            started = true;
            highest = sequence;
        }
        if (sequence > highest) {
            forget(sequence);
            highest = sequence;
        }
        int word = (int) (sequence >> 6) & (seen.length - 1);
        long bit = 1L << sequence;
        boolean fresh = (seen[word] & bit) == 0;
        seen[word] |= bit;
        return fresh;
    }

    /** Clears the places that the numbers from {@code highest + 1} to {@code sequence} take over. */
    private void forget(long sequence) {
        if (sequence - highest >= SIZE) {
            Arrays.fill(seen, 0);
            return;
        }
        for (long next = highest + 1; next <= sequence; next++) {
            seen[(int) (next >> 6) & (seen.length - 1)] &= ~(1L << next);
        }
    }
}

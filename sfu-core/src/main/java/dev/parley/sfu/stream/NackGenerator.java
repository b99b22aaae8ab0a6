package dev.parley.sfu.stream;

import java.util.Arrays;

/**
 * Finds what is missing from one received stream and says when to ask for it again (RFC 4585 §6.2.1), owned by the
 * shard. Sequence numbers are unwrapped ones.
 *
 * <p>A gap is asked for once one further packet or {@value #REORDERING_ALLOWANCE_MS} ms have shown that it is not mere
 * reordering, then about every round trip, {@value #MAX_TRIES} times. Example: 5 arrives, then 8: 6 and 7 are missing.
 * 9 arrives: both are due at once. 7 arrives by retransmission: only 6 is asked for again, a round trip later.
 *
 * <p>At most {@value #MAX_MISSING} are remembered. When a burst is longer, what precedes the latest keyframe is given
 * up first; if that does not suffice everything is, and {@link #takeKeyframeNeeded()} tells to ask for a keyframe.
 */
public final class NackGenerator {
    static final int MAX_MISSING = 1_000;
    static final int MAX_TRIES = 10;
    static final int REORDERING_ALLOWANCE_MS = 5;

    private static final long REORDERING_ALLOWANCE_NS = REORDERING_ALLOWANCE_MS * 1_000_000L;
    /** Asking more often than this gains nothing against the queues on the way. */
    private static final long MIN_INTERVAL_NS = 20_000_000L;

    private static final int INITIAL_CAPACITY = 32;

    /** Parallel arrays, ascending by sequence number: the first {@code count} entries are missing. */
    private long[] sequences = new long[INITIAL_CAPACITY];

    private long[] dueNs = new long[INITIAL_CAPACITY];
    private byte[] tries = new byte[INITIAL_CAPACITY];
    private int count;

    private boolean started;
    private long highest;
    private long latestKeyframe = Long.MIN_VALUE;
    private boolean keyframeNeeded;
    /** No later than the earliest entry of {@code dueNs}. */
    private long earliestDueNs = Long.MAX_VALUE;

    private long asked;
    private long recovered;
    private long givenUp;

    /** A packet has arrived by itself, not as a retransmission. */
    public void received(long sequence, long nowNs) {
        if (!started) {
            started = true;
            highest = sequence;
            return;
        }
        if (sequence <= highest) {
            remove(sequence);
            return;
        }
        // This packet is the further one that shows older gaps to be losses.
        if (count > 0) {
            endReorderingAllowance(nowNs);
        }
        if (sequence > highest + 1) {
            addMissing(highest + 1, sequence, nowNs);
        }
        highest = sequence;
    }

    /** A packet has arrived as a retransmission. */
    public void recovered(long sequence) {
        if (remove(sequence)) {
            recovered++;
        }
    }

    /** The packet with this number starts a keyframe: nothing before it is worth asking for any more. */
    public void keyframe(long sequence) {
        if (sequence <= latestKeyframe) {
            return;
        }
        latestKeyframe = sequence;
        dropBefore(sequence);
    }

    /**
     * Writes what is to be asked for now, as 16-bit sequence numbers in ascending order, and counts the try.
     *
     * @param rttNs round trip to the publisher; 0 when unknown
     * @return how many were written, at most {@code out.length}; the rest stays due
     */
    public int due(long nowNs, long rttNs, int[] out) {
        if (nowNs < earliestDueNs) {
            return 0;
        }
        long againNs = nowNs + Math.max(MIN_INTERVAL_NS, rttNs + (rttNs >> 2));
        long earliest = Long.MAX_VALUE;
        int written = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (dueNs[i] <= nowNs && written < out.length) {
                if (tries[i] == MAX_TRIES) {
                    givenUp++;
                    continue;
                }
                out[written++] = (int) sequences[i] & 0xFFFF;
                tries[i]++;
                dueNs[i] = againNs;
            }
            sequences[kept] = sequences[i];
            dueNs[kept] = dueNs[i];
            tries[kept] = tries[i];
            earliest = Math.min(earliest, dueNs[kept]);
            kept++;
        }
        count = kept;
        earliestDueNs = earliest;
        asked += written;
        return written;
    }

    /** When {@link #due} may next have something to say; {@link Long#MAX_VALUE} when nothing is missing. */
    public long nextDeadlineNs() {
        return count == 0 ? Long.MAX_VALUE : earliestDueNs;
    }

    /** Whether so much was lost that only a keyframe mends it; true once for each such loss. */
    public boolean takeKeyframeNeeded() {
        boolean needed = keyframeNeeded;
        keyframeNeeded = false;
        return needed;
    }

    public int missing() {
        return count;
    }

    /** Sequence numbers asked for, each try counted. */
    public long askedTotal() {
        return asked;
    }

    /** Missing packets that came as retransmissions. */
    public long recoveredTotal() {
        return recovered;
    }

    /** Missing packets that were not, or no longer, asked for. */
    public long givenUpTotal() {
        return givenUp;
    }

    private void endReorderingAllowance(long nowNs) {
        // Entries that have not been tried are the newest ones, so they are at the end.
        for (int i = count - 1; i >= 0 && tries[i] == 0; i--) {
            dueNs[i] = Math.min(dueNs[i], nowNs);
            earliestDueNs = Math.min(earliestDueNs, dueNs[i]);
        }
    }

    private void addMissing(long from, long to, long nowNs) {
        if (count + (to - from) > MAX_MISSING) {
            dropBefore(latestKeyframe);
        }
        if (count + (to - from) > MAX_MISSING) {
            givenUp += count + (to - from);
            count = 0;
            earliestDueNs = Long.MAX_VALUE;
            keyframeNeeded = true;
            return;
        }
        ensureCapacity(count + (int) (to - from));
        for (long sequence = from; sequence < to; sequence++) {
            sequences[count] = sequence;
            dueNs[count] = nowNs + REORDERING_ALLOWANCE_NS;
            tries[count] = 0;
            count++;
        }
        earliestDueNs = Math.min(earliestDueNs, nowNs + REORDERING_ALLOWANCE_NS);
    }

    private void dropBefore(long sequence) {
        int index = Arrays.binarySearch(sequences, 0, count, sequence);
        int dropped = index >= 0 ? index : -index - 1;
        if (dropped > 0) {
            givenUp += dropped;
            removeRange(0, dropped);
        }
    }

    private boolean remove(long sequence) {
        int index = Arrays.binarySearch(sequences, 0, count, sequence);
        if (index < 0) {
            return false;
        }
        removeRange(index, index + 1);
        return true;
    }

    private void removeRange(int from, int to) {
        System.arraycopy(sequences, to, sequences, from, count - to);
        System.arraycopy(dueNs, to, dueNs, from, count - to);
        System.arraycopy(tries, to, tries, from, count - to);
        count -= to - from;
    }

    private void ensureCapacity(int needed) {
        if (needed > sequences.length) {
            int capacity = Math.min(MAX_MISSING, Math.max(needed, sequences.length * 2));
            sequences = Arrays.copyOf(sequences, capacity);
            dueNs = Arrays.copyOf(dueNs, capacity);
            tries = Arrays.copyOf(tries, capacity);
        }
    }
}

package dev.parley.sfu.stream;

/**
 * Maps the sequence numbers of changing source streams to one continuous outgoing sequence, owned by the shard. All
 * numbers are unwrapped ones.
 *
 * <p>An outgoing number is the source's plus an offset. The offset changes when the source is switched and when a packet
 * is left out on purpose; packets the network has lost leave their gap, so that the receiver asks for them. The last
 * {@value #SPANS} changes are remembered, so that a late packet gets the number that was kept for it.
 *
 * <p>Example. Outgoing numbers start at 100 and the source at 7: 7→100, 8→101, 9 is left out, 10→102. Then the late 8
 * would still be 101. Source B takes over at its packet 5,000: 5,000→103, 5,002→105, late 5,001→104. Its 4,999, from
 * before the switch, is {@link #DROP}.
 */
final class SequenceTranslator {
    /** Stands for "this packet has no place in the outgoing sequence". */
    static final long DROP = Long.MIN_VALUE;

    private static final int SPANS = 64;

    /** From which source number on each offset holds, ascending; a ring whose newest entry is at {@code newest}. */
    private final long[] firsts = new long[SPANS];

    private final long[] offsets = new long[SPANS];
    /** What else holds for a span: see {@link #note}. */
    private final int[] notes = new int[SPANS];

    private int newest = -1;
    private int spans;
    /** The newest span, which nearly every packet is of. */
    private long newestFirst = Long.MAX_VALUE;

    private long newestOffset;
    private long nextOut;
    private long highestSource;

    /** A translator whose first outgoing number is {@code firstOut}. */
    SequenceTranslator(long firstOut) {
        nextOut = firstOut;
    }

    /** From here on packets are of another source, of which {@code firstSource} is the first to be forwarded. */
    void switchTo(long firstSource) {
        spans = 0;
        push(firstSource, nextOut - firstSource);
        highestSource = firstSource - 1;
    }

    /** The outgoing number of a packet that is forwarded, or {@link #DROP} when it is older than what is remembered. */
    long translate(long source) {
        if (source >= newestFirst) {
            return translated(source, newestOffset);
        }
        for (int i = 1; i < spans; i++) {
            int span = (newest - i) & (SPANS - 1);
            if (source >= firsts[span]) {
                return translated(source, offsets[span]);
            }
        }
        return DROP;
    }

    private long translated(long source, long offset) {
        long out = source + offset;
        highestSource = Math.max(highestSource, source);
        nextOut = Math.max(nextOut, out + 1);
        return out;
    }

    /**
     * Leaves a packet out so that the receiver does not miss it. Only possible in order: for a late packet the gap has
     * already been sent, and stays.
     *
     * @return whether it was left out
     */
    boolean leaveOut(long source) {
        if (spans == 0 || source <= highestSource) {
            return false;
        }
        highestSource = source;
        if (firsts[newest] == source) {
            put(source + 1, offsets[newest] - 1);
        } else {
            push(source + 1, offsets[newest] - 1);
        }
        return true;
    }

    /** Notes something that holds for the packets of the newest span, to be found for those of them that come late. */
    void note(int value) {
        notes[newest] = value;
    }

    /** What was noted for the span of a packet for which {@link #translate} has just found a place. */
    int noteOf(long source) {
        for (int i = 0; i < spans; i++) {
            int span = (newest - i) & (SPANS - 1);
            if (source >= firsts[span]) {
                return notes[span];
            }
        }
        throw new IllegalArgumentException("no place was found for the packet");
    }

    /** Whether this source number, and any after it, gets the newest offset. */
    boolean isOfNewestSpan(long source) {
        return source >= newestFirst;
    }

    /** The outgoing number that the newest offset holds from. */
    long spanStart() {
        return newestFirst + newestOffset;
    }

    /** What the newest offset adds to the source's numbers. */
    long spanOffset() {
        return newestOffset;
    }

    /** The highest outgoing number so far. */
    long highestOut() {
        return nextOut - 1;
    }

    private void push(long first, long offset) {
        int before = newest;
        newest = (newest + 1) & (SPANS - 1);
        notes[newest] = before < 0 ? 0 : notes[before];
        put(first, offset);
        spans = Math.min(SPANS, spans + 1);
    }

    private void put(long first, long offset) {
        firsts[newest] = first;
        offsets[newest] = offset;
        newestFirst = first;
        newestOffset = offset;
    }
}

package dev.parley.sfu.srtp;

/**
 * The replay list of RFC 3711 §3.3.2, 128 entries, owned by the context's thread. {@code check(index)} changes nothing;
 * {@code accept(index)} only after authentication.
 */
final class ReplayWindow {
    /** At least 64 by the RFC; 128 so that a burst of reordering behind a retransmission does not lose packets. */
    static final int ENTRIES = 128;

    private static final int HALF = Long.SIZE;

    private long highest = -1;
    /** Bit i of {@code recent} is the index {@code highest - i}; {@code older} goes on from 64. */
    private long recent;

    private long older;

    /** Whether the index is neither seen before nor older than the window. */
    boolean check(long index) {
        long age = highest - index;
        if (age < 0) {
            return true;
        }
        if (age >= ENTRIES) {
            return false;
        }
        long word = age < HALF ? recent : older;
        return (word >>> age & 1) == 0; // Java takes the shift modulo 64, which is the bit in either word.
    }

    /** Marks the index as seen and moves the window up to it; it has passed {@link #check}. */
    void accept(long index) {
        long advance = index - highest;
        if (advance > 0) {
            advance(advance);
            highest = index;
        }
        long age = highest - index;
        if (age < HALF) {
            recent |= 1L << age;
        } else {
            older |= 1L << age;
        }
    }

    /** The highest index accepted, or -1. */
    long highest() {
        return highest;
    }

    private void advance(long by) {
        if (by >= ENTRIES) {
            recent = 0;
            older = 0;
        } else if (by >= HALF) {
            older = recent << by; // Modulo 64 again: what was recent has aged by a whole word.
            recent = 0;
        } else {
            older = older << by | recent >>> (HALF - by);
            recent <<= by;
        }
    }
}

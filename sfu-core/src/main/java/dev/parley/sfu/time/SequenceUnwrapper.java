package dev.parley.sfu.time;

/**
 * Turns 16-bit sequence numbers into ones that do not wrap; one per stream, owned by whoever owns the stream.
 *
 * <p>The first value is kept as it is. Each later one is taken to be within 2^15 of the highest so far, so reordering
 * across the wrap works both ways: after 0xFFFF, 0x0000 is 65,536; then 0xFFFE is 65,534. A value from before the first
 * one can be negative.
 */
public final class SequenceUnwrapper {
    private boolean started;
    private long highest;

    /** The value without wrap; the highest seen becomes the reference of the next. */
    public long unwrap(int value16) {
        long unwrapped = peek(value16);
        if (!started || unwrapped > highest) {
            started = true;
            highest = unwrapped;
        }
        return unwrapped;
    }

    /** What {@link #unwrap} would say, without moving the reference. */
    public long peek(int value16) {
        return started ? highest + (short) (value16 - (int) highest) : value16 & 0xFFFF;
    }
}

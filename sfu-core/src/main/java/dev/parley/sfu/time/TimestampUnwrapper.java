package dev.parley.sfu.time;

/**
 * Turns 32-bit timestamps into ones that do not wrap; one per stream, owned by whoever owns the stream.
 *
 * <p>The first value is kept as it is (unsigned). Each later one is taken to be within 2^31 of the highest so far.
 */
public final class TimestampUnwrapper {
    private boolean started;
    private long highest;

    /** The value without wrap; the highest seen becomes the reference of the next. */
    public long unwrap(int value32) {
        long unwrapped = peek(value32);
        if (!started || unwrapped > highest) {
            started = true;
            highest = unwrapped;
        }
        return unwrapped;
    }

    /** What {@link #unwrap} would say, without moving the reference. */
    public long peek(int value32) {
        return started ? highest + (value32 - (int) highest) : value32 & 0xFFFF_FFFFL;
    }
}

package dev.parley.sfu.time;

/** Comparison of numbers that wrap (serial number arithmetic, RFC 1982), for 16-bit and 32-bit counters. */
public final class Serial {
    private Serial() {}

    /** Negative, zero or positive as {@code a} is before, equal to or after {@code b}; 0 is just after 0xFFFF. */
    public static int compare16(int a, int b) {
        return (short) (a - b);
    }

    /** Negative, zero or positive as {@code a} is before, equal to or after {@code b}; 0 is just after 0xFFFFFFFF. */
    public static int compare32(int a, int b) {
        return Integer.signum(a - b);
    }
}

package dev.parley.sfu.time;

/**
 * NTP time as RTCP carries it: 32 bits of seconds since 1900 and 32 bits of fraction, in one long (RFC 3550 §4).
 *
 * <p>Seconds wrap in 2036. As RFC 4330 §3 proposes, a value without the top bit is read as of the era after that.
 */
public final class NtpTime {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private NtpTime() {}

    /** From nanoseconds since 1970. */
    public static long fromEpochNs(long epochNs) {
        long seconds = Math.floorDiv(epochNs, NS_PER_SECOND) + SECONDS_1900_TO_1970;
        long ns = Math.floorMod(epochNs, NS_PER_SECOND);
        // Rounded up, so that toNs, which rounds down, gives back the same nanosecond.
        long fraction = ((ns << 32) + NS_PER_SECOND - 1) / NS_PER_SECOND;
        return seconds << 32 | fraction;
    }

    /** To nanoseconds since 1970. */
    public static long toNs(long ntp) {
        long seconds = ntp >>> 32;
        if (ntp >= 0) {
            seconds += 1L << 32;
        }
        return (seconds - SECONDS_1900_TO_1970) * NS_PER_SECOND + ((ntp & 0xFFFF_FFFFL) * NS_PER_SECOND >>> 32);
    }

    /** The middle 32 bits: what a report block's LSR field holds, in units of 1/65,536 s. */
    public static int middle32(long ntp) {
        return (int) (ntp >>> 16);
    }

    /** A duration in the units of {@link #middle32}: what a report block's DLSR field holds. Clamped to 32 bits. */
    public static int durationFromNs(long ns) {
        // Microseconds first: ns << 16 would overflow after 39 hours.
        long units = (ns / 1_000 << 16) / 1_000_000;
        return (int) Math.max(0, Math.min(units, 0xFFFF_FFFFL));
    }

    /** The nanoseconds of a duration in units of 1/65,536 s, read as unsigned. */
    public static long durationToNs(int units) {
        return (units & 0xFFFF_FFFFL) * NS_PER_SECOND >>> 16;
    }
}

package dev.parley.sfu.rtp;

/**
 * The absolute send time of a packet: 24 bits of seconds as 6.18 fixed point, which wrap every 64 s
 * (http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time).
 */
public final class AbsSendTime {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int FRACTION_BITS = 18;
    private static final int MASK = 0xFF_FFFF;

    private AbsSendTime() {}

    /** The 24 bits of a packet, or -1 when it has none. */
    public static int read(RtpPacket rtp, int extensionId) {
        return rtp.extensionLength(extensionId) < 3 ? -1 : rtp.packet().u24(rtp.extensionOffset(extensionId));
    }

    /** The 24 bits for a time of any monotonic clock. */
    public static int fromNs(long timeNs) {
        long seconds = Math.floorDiv(timeNs, NS_PER_S);
        long fractionNs = Math.floorMod(timeNs, NS_PER_S);
        long fixed = (seconds << FRACTION_BITS) + (fractionNs << FRACTION_BITS) / NS_PER_S;
        return (int) fixed & MASK;
    }

    /** The time from {@code earlier} to {@code later} in nanoseconds, across a wrap; beyond 32 s it is negative. */
    public static long differenceNs(int later, int earlier) {
        int difference = (later - earlier) << 8 >> 8;
        return difference * NS_PER_S >> FRACTION_BITS;
    }
}

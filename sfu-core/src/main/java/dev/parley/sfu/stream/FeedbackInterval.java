package dev.parley.sfu.stream;

/**
 * How often transport-wide feedback is due: so often that it takes 5 % of what is received, but every 50 to 250 ms
 * (libwebrtc's RemoteEstimatorProxy, whose senders are made for it). Owned by the shard.
 *
 * <p>Example: at 100 kbit/s and feedback packets of 68 bytes that is every 109 ms, from 218 kbit/s on every 50 ms.
 */
public final class FeedbackInterval {
    public static final long MIN_NS = 50_000_000;
    public static final long MAX_NS = 250_000_000;

    /** Of a feedback: IP, UDP and SRTP take 38, the packet itself about 30. */
    private static final int FEEDBACK_BITS = 68 * 8;

    private static final double SHARE = 0.05;
    private static final long WINDOW_NS = 500_000_000;
    private static final double NS_PER_S = 1e9;

    private long windowStartNs = Long.MIN_VALUE;
    private long bytes;
    private long intervalNs = MIN_NS;

    /** A packet has arrived; true when the interval is another one from now on. */
    public boolean received(int sizeBytes, long nowNs) {
        if (windowStartNs == Long.MIN_VALUE) {
            windowStartNs = nowNs;
        }
        long elapsedNs = nowNs - windowStartNs;
        if (elapsedNs < WINDOW_NS) {
            bytes += sizeBytes;
            return false;
        }
        long before = intervalNs;
        intervalNs = forRate(bytes * 8 * NS_PER_S / elapsedNs);
        windowStartNs = nowNs;
        bytes = sizeBytes;
        return intervalNs != before;
    }

    private static long forRate(double bps) {
        return (long) Math.clamp(FEEDBACK_BITS / (SHARE * bps) * NS_PER_S, (double) MIN_NS, (double) MAX_NS);
    }

    public long ns() {
        return intervalNs;
    }
}

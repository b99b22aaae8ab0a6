package dev.parley.sfu.stream;

/**
 * Maps the RTP timestamps of changing source streams to one outgoing timeline, owned by the shard.
 *
 * <p>When the source is switched the outgoing timestamp advances by the time that has passed since the last new frame,
 * and by at least 1, as the receiver would have seen it from a single encoder (RFC 3550 §5.1).
 *
 * <p>Example at 90 kHz: the last frame went out as 50,000; 100 ms later source B begins with timestamp 7. That is sent
 * as 50,000 + 9,000 = 59,000, so the offset of B is 58,993, and its next frame 3,007 goes out as 62,000.
 */
final class TimestampTranslator {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final int firstOut;
    private boolean started;
    private int offset;
    private int highestOut;
    private long highestNs;

    /** A translator whose first outgoing timestamp is {@code firstOut}. */
    TimestampTranslator(int firstOut) {
        this.firstOut = firstOut;
    }

    /** From here on packets are of another source, whose first one has {@code sourceTimestamp}. */
    void switchTo(int sourceTimestamp, int clockRateHz, long nowNs) {
        int out = firstOut;
        if (started) {
            long elapsedNs = Math.max(0, nowNs - highestNs);
            long seconds = elapsedNs / NS_PER_SECOND;
            long units = seconds * clockRateHz + elapsedNs % NS_PER_SECOND * clockRateHz / NS_PER_SECOND;
            out = highestOut + (int) Math.max(1, units);
        }
        offset = out - sourceTimestamp;
        advance(out, nowNs);
    }

    /** The outgoing timestamp of a packet that is forwarded. */
    int translate(int sourceTimestamp, long nowNs) {
        int out = sourceTimestamp + offset;
        if (out - highestOut > 0) {
            advance(out, nowNs);
        }
        return out;
    }

    /** What is added to the current source's timestamps, modulo 2^32. */
    int offset() {
        return offset;
    }

    private void advance(int out, long nowNs) {
        started = true;
        highestOut = out;
        highestNs = nowNs;
    }
}

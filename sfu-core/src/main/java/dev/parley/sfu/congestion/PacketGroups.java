package dev.parley.sfu.congestion;

/**
 * Gathers packets sent together, and compares one group with the next: how much later was it sent, how much later did it
 * arrive (draft-ietf-rmcat-gcc-02 §5.1 to §5.3). Owned by the shard.
 *
 * <p>Packets are of one group that were sent within 5 ms, or that arrived as a burst: something on the way had held them
 * back, and let them go together.
 */
final class PacketGroups {
    /** draft-ietf-rmcat-gcc-02 §5.2: burst_time. */
    private static final long BURST_US = 5_000;
    /** A burst that goes on for longer is a queue; libwebrtc's inter_arrival_delta. */
    private static final long MAX_BURST_US = 100_000;
    /** The receiver's clock has jumped: libwebrtc's kArrivalTimeOffsetThreshold. */
    private static final long CLOCK_JUMP_US = 3_000_000;

    private static final int MAX_REORDERED = 3;

    private boolean started;
    private long firstSentUs;
    private long lastSentUs;
    private long firstArrivalUs;
    private long lastArrivalUs;

    private boolean hasPrevious;
    private long previousSentUs;
    private long previousArrivalUs;

    private int reordered;
    private long sentDeltaUs;
    private long arrivalDeltaUs;

    /** Takes the next packet; true when it ends a group, so that the deltas tell of that and the one before. */
    boolean add(long sentUs, long arrivalUs) {
        if (!started) {
            begin(sentUs, arrivalUs);
            return false;
        }
        if (sentUs < firstSentUs) {
            return false; // Of an older group.
        }
        if (isOfGroup(sentUs, arrivalUs)) {
            lastSentUs = Math.max(lastSentUs, sentUs);
            lastArrivalUs = arrivalUs;
            return false;
        }
        boolean compared = hasPrevious && compare();
        if (!started) {
            begin(sentUs, arrivalUs);
            return false;
        }
        hasPrevious = true;
        previousSentUs = lastSentUs;
        previousArrivalUs = lastArrivalUs;
        begin(sentUs, arrivalUs);
        return compared;
    }

    private boolean isOfGroup(long sentUs, long arrivalUs) {
        if (sentUs - firstSentUs <= BURST_US) {
            return true;
        }
        long arrivalDelta = arrivalUs - lastArrivalUs;
        long sentDelta = sentUs - lastSentUs;
        return sentDelta == 0
                || arrivalDelta < sentDelta && arrivalDelta <= BURST_US && arrivalUs - firstArrivalUs < MAX_BURST_US;
    }

    private boolean compare() {
        sentDeltaUs = lastSentUs - previousSentUs;
        arrivalDeltaUs = lastArrivalUs - previousArrivalUs;
        if (arrivalDeltaUs - sentDeltaUs >= CLOCK_JUMP_US) {
            reset();
            return false;
        }
        if (arrivalDeltaUs < 0) {
            if (++reordered >= MAX_REORDERED) {
                reset();
            }
            return false;
        }
        reordered = 0;
        return true;
    }

    private void begin(long sentUs, long arrivalUs) {
        started = true;
        firstSentUs = sentUs;
        lastSentUs = sentUs;
        firstArrivalUs = arrivalUs;
        lastArrivalUs = arrivalUs;
    }

    /** Begins anew. */
    void reset() {
        started = false;
        hasPrevious = false;
        reordered = 0;
    }

    /** From the one group's last packet to the other's, when {@link #add} was true. */
    long sentDeltaUs() {
        return sentDeltaUs;
    }

    long arrivalDeltaUs() {
        return arrivalDeltaUs;
    }
}

package dev.parley.sfu.shard;

/**
 * Decides how long a turn lets packets gather once the first can be read. The packets of a video frame come 50 to 70 µs
 * apart: a loop that wakes for each of them sends each by itself, one that waits a little sends the frame to every
 * receiver as one run, which costs a third. That pays only when much is sent, and it delays: so a shard with little to
 * do never waits. Owned by the shard.
 */
public final class GatherPolicy {
    /** How long the rate is measured for: short enough to follow a room that fills. */
    static final long WINDOW_NS = 100_000_000;
    /** From so many packets out a second on waiting pays: there they cost about 1 % of a core by themselves. */
    static final long BEGIN_PACKETS_PER_SECOND = 8_000;
    /** Below so many it ends; in between it stays as it is, so that it does not come and go. */
    static final long END_PACKETS_PER_SECOND = 5_000;

    private static final long NS_PER_SECOND = 1_000_000_000;

    private final long maxNs;
    private long windowStartNs;
    private long packetsAtStart;
    private boolean started;
    private boolean gathering;
    private long lastBusyNs;

    /** A policy that waits for at most {@code maxNs}; 0 never waits. */
    public GatherPolicy(long maxNs) {
        this.maxNs = maxNs;
    }

    /** How long the next turn may wait. What has come in while the last one was busy has been gathering already. */
    public long gatherNs() {
        return gathering ? Math.max(0, maxNs - lastBusyNs) : 0;
    }

    /**
     * A turn has ended.
     *
     * @param packetsOut packets sent since the start
     * @param busyNs how long the turn worked
     */
    public void turnEnded(long nowNs, long packetsOut, long busyNs) {
        lastBusyNs = busyNs;
        if (!started) {
            started = true;
            begin(nowNs, packetsOut);
            return;
        }
        long elapsedNs = nowNs - windowStartNs;
        if (elapsedNs < WINDOW_NS) {
            return;
        }
        double perSecond = (double) (packetsOut - packetsAtStart) * NS_PER_SECOND / elapsedNs;
        gathering = perSecond >= (gathering ? END_PACKETS_PER_SECOND : BEGIN_PACKETS_PER_SECOND);
        begin(nowNs, packetsOut);
    }

    private void begin(long nowNs, long packetsOut) {
        windowStartNs = nowNs;
        packetsAtStart = packetsOut;
    }
}

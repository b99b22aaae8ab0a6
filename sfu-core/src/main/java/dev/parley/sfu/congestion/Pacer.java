package dev.parley.sfu.congestion;

import java.util.function.IntPredicate;

/**
 * Decides when packets to one subscriber may leave: a leaky bucket that empties at two and a half times the estimate. Owned
 * by the shard; keeps sizes and handles only, what they stand for is the caller's.
 *
 * <p>While the bucket is open a packet passes at once, and costs an addition. When it is not, packets wait in rings by
 * priority, until {@link #nextReleaseNs()}: then {@link #poll} gives those whose turn it is, a quantum's worth at a time, so
 * that they leave as runs. Nothing waits longer than {@link #MAX_DELAY_NS}: from half of that on the bucket empties
 * faster; not so while a queue on the way empties.
 */
public final class Pacer {
    /** What the bucket empties at, of the estimate: libwebrtc's pacing factor, which lets a large frame leave soon. */
    public static final double RATE = 2.5;
    /** The same for what has piled up while a queue on the way emptied: it must not fill that anew. */
    private static final double CAUTIOUS_RATE = 1.25;
    /** How much may leave at once, in time at the bucket's rate: what a turn of the loop, or a tick of the pacer, sends. */
    public static final long DEFAULT_QUANTUM_NS = 5_000_000;
    /** The longest that anything waits. */
    public static final long MAX_DELAY_NS = 300_000_000;

    /** The same while a queue on the way empties: here, audio can pass what waits, there it cannot. */
    public static final long MAX_DELAY_DRAINING_NS = 2_000_000_000;
    /** A retransmission that waits for longer is asked for again: what left before a fall may hold it back for 300 ms. */
    public static final long MAX_RETRANSMISSION_DELAY_NS = 400_000_000;

    /** What {@link #poll} says when nothing may leave. */
    public static final int NONE = -1;

    /** A handful of packets always pass, however slow the path: a frame that is cut up costs more than it delays. */
    private static final int MIN_BURST_BYTES = 3_000;

    private static final double NS_PER_S = 1e9;

    private final long quantumNs;
    private final PacerRing[] rings = new PacerRing[Priority.values().length];
    private long maxDelayNs = MAX_DELAY_NS;
    private boolean cautious;
    private double bytesPerNs;
    private double burstBytes;
    private double level;
    private long levelNs = Long.MIN_VALUE;
    private int queued;
    private long queuedBytes;
    /** Of the level, what was taken from the queue and not yet told of as sent. */
    private long polledBytes;

    /** Which packets leave first. */
    public enum Priority {
        AUDIO,
        RETRANSMISSION,
        VIDEO
    }

    public Pacer(long quantumNs) {
        this.quantumNs = quantumNs;
        for (int i = 0; i < rings.length; i++) {
            rings[i] = new PacerRing();
        }
    }

    /**
     * The way carries so much, in bits per second.
     *
     * @param draining whether a queue on the way is to empty, so that not even large frames may leave faster
     */
    public void estimate(double bps, boolean draining, long nowNs) {
        if (levelNs != Long.MIN_VALUE) {
            leak(nowNs);
        }
        cautious = draining || cautious && queued > 0;
        maxDelayNs = cautious ? MAX_DELAY_DRAINING_NS : MAX_DELAY_NS;
        bytesPerNs = bps * (draining ? 1 : cautious ? CAUTIOUS_RATE : RATE) / 8 / NS_PER_S;
        burstBytes = Math.max(MIN_BURST_BYTES, bytesPerNs * quantumNs);
        // What has left at a higher rate, such as a keyframe, must not hold back for seconds what comes after it.
        level = Math.min(level, burstBytes + bytesPerNs * MAX_DELAY_NS);
    }

    /** Whether what comes now may pass at once. What passes is to be told of by {@link #sent}. */
    public boolean isOpen(long nowNs) {
        if (queued > 0) {
            return false;
        }
        if (level <= 0) {
            return true;
        }
        leak(nowNs);
        return level < burstBytes;
    }

    /** So much has left. What was polled for it has been counted then. */
    public void sent(long bytes, long nowNs) {
        leak(nowNs);
        level = Math.max(0, level + bytes - polledBytes);
        polledBytes = 0;
    }

    private void leak(long nowNs) {
        if (levelNs == Long.MIN_VALUE) {
            levelNs = nowNs;
        }
        level = Math.max(0, level - rate() * (nowNs - levelNs));
        levelNs = Math.max(levelNs, nowNs);
    }

    /** Grows with what waits, so that it is gone in time; not with retransmissions, which are dropped instead. */
    private double rate() {
        PacerRing again = rings[Priority.RETRANSMISSION.ordinal()];
        double withinNs = cautious ? maxDelayNs : maxDelayNs / 2.0;
        return Math.max(bytesPerNs, (queuedBytes - again.bytes()) / withinNs);
    }

    /** Whether there is room for another packet to wait. */
    public boolean hasRoom(Priority priority) {
        return rings[priority.ordinal()].hasRoom();
    }

    /** Lets a packet wait. */
    public void enqueue(Priority priority, int handle, int sizeBytes, long nowNs) {
        rings[priority.ordinal()].add(handle, sizeBytes, nowNs);
        queued++;
        queuedBytes += sizeBytes;
    }

    /** When something may leave; {@link Long#MAX_VALUE} while nothing waits. */
    public long nextReleaseNs() {
        if (queued == 0) {
            return Long.MAX_VALUE;
        }
        if (!rings[Priority.AUDIO.ordinal()].isEmpty()) {
            return levelNs;
        }
        return levelNs + (long) Math.ceil(level / rate());
    }

    /**
     * Takes the next packet that may leave now, or {@link #NONE}: call it until it says so. The bucket counts what is taken.
     */
    public int poll(long nowNs) {
        leak(nowNs);
        if (queued == 0) {
            return NONE;
        }
        for (PacerRing ring : rings) {
            if (!ring.isEmpty()) {
                // Audio is little, and whoever hears it notices when it is late.
                if (level >= burstBytes && ring != rings[0]) {
                    return NONE;
                }
                int size = ring.nextSizeBytes();
                queued--;
                queuedBytes -= size;
                level += size;
                polledBytes += size;
                return ring.remove();
            }
        }
        return NONE;
    }

    /**
     * Takes a retransmission that has waited for too long, or {@link #NONE}: what fills a queue anew after it has
     * overflowed. Whoever still misses it will ask again.
     */
    public int pollStale(long nowNs) {
        PacerRing ring = rings[Priority.RETRANSMISSION.ordinal()];
        if (ring.isEmpty() || nowNs - ring.oldestNs() < MAX_RETRANSMISSION_DELAY_NS) {
            return NONE;
        }
        queued--;
        queuedBytes -= ring.nextSizeBytes();
        return ring.remove();
    }

    /**
     * Lets go of packets that wait, be it where it may.
     *
     * @param isUnwanted asked once of each handle
     */
    public int removeIf(IntPredicate isUnwanted) {
        int removed = 0;
        for (PacerRing ring : rings) {
            long before = ring.bytes();
            removed += ring.removeIf(isUnwanted);
            queuedBytes -= before - ring.bytes();
        }
        queued -= removed;
        return removed;
    }

    /** Takes any packet that waits, or {@link #NONE}, for whoever wants to let go of all. */
    public int drop() {
        for (PacerRing ring : rings) {
            if (!ring.isEmpty()) {
                queued--;
                queuedBytes -= ring.nextSizeBytes();
                return ring.remove();
            }
        }
        return NONE;
    }

    /** Packets that wait. */
    public int queued() {
        return queued;
    }

    public long queuedBytes() {
        return queuedBytes;
    }
}

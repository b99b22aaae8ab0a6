package dev.parley.sfu.congestion;

/**
 * What an allocator knows of the way to one subscriber, and what it says of its plans. Owned by the subscriber's shard.
 *
 * <p>An SFU sends what its publishers send, mostly less than the way would carry, so the estimate says little about more
 * than that unless it is probed. Whoever wants to send more says so by {@link #wanted}.
 */
public interface DownlinkEstimate {
    /** What the way carries, in bits per second of IP packets. */
    long bitrateBps();

    /**
     * What of it is for media, in bits per second of RTP packets with their headers: the rest goes into IP and UDP
     * headers, authentication tags and retransmissions.
     */
    long mediaBps();

    /**
     * False while {@link #bitrateBps()} is a guess: until packets have been seen to wait or to be lost, or a probe has
     * arrived, all that is known of the way is that it carries what was sent.
     */
    boolean isMeasured();

    /** Why the estimate is what it is. */
    EstimateCause cause();

    /** Whether much less is sent than the estimate allows, so that it says little about the way's limit. */
    boolean isApplicationLimited();

    /** Share of the packets reported on lately that are lost, 0 to 1. */
    double lossShare();

    /** 0 while unknown. */
    long rttNs();

    /** How long a packet waits in queues on its way, in milliseconds. */
    double queueDelayMs();

    /**
     * Tells what the allocation would like, in bits per second of RTP packets.
     *
     * @param allocatedBps what it has allocated
     * @param nextStepBps the least with which it could do better, at least {@code allocatedBps}: it is what probes aim at
     * @param maxBps the most it has any use for, at least {@code nextStepBps}: nothing above it is probed
     */
    void wanted(long allocatedBps, long nextStepBps, long maxBps, long nowNs);

    /** From now on {@code listener} is told of changes, in place of the one before. */
    void listener(BandwidthListener listener);
}

package dev.parley.sfu.congestion;

/** Told what happens to one subscriber's estimate; called on its shard, and never while the estimator is half changed. */
public interface BandwidthListener {
    /**
     * The estimate has fallen, has another cause, or has grown by a twentieth since the last call. Between the calls
     * {@link DownlinkEstimate#bitrateBps()} may grow by less.
     */
    void estimateChanged(EstimateChange change);

    /** A probe is going to be sent at this rate, in bits per second. */
    void probing(ProbeReason reason, long bitrateBps, long nowNs);

    /** What came of a probe: it arrived at {@code measuredBps}, 0 when too little of it did. */
    void probed(long sentBps, long measuredBps, long nowNs);

    /** Does nothing. */
    BandwidthListener NONE = new BandwidthListener() {
        @Override
        public void estimateChanged(EstimateChange change) {}

        @Override
        public void probing(ProbeReason reason, long bitrateBps, long nowNs) {}

        @Override
        public void probed(long sentBps, long measuredBps, long nowNs) {}
    };
}

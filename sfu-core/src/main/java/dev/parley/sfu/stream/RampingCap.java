package dev.parley.sfu.stream;

/**
 * An allowance that starts low and grows to a configured cap, whatever arrives: it lets a sender that waits for REMB
 * speed up, and leaves congestion to that sender's own loss-based control. It estimates nothing, and says so.
 *
 * <p>Example with a start of 500 kbit/s and a cap of 5 Mbit/s, growing by 50 % a second: 500, 750, 1,125 … 5,000 kbit/s
 * after six seconds.
 */
public final class RampingCap implements ReceiverBandwidth {
    private static final double GROWTH_PER_SECOND = 1.5;

    private final long startBps;
    private final long capBps;
    private final long startNs;

    public RampingCap(long startBps, long capBps, long nowNs) {
        if (startBps < 1 || capBps < startBps) {
            throw new IllegalArgumentException(
                    "need 0 < start <= cap, got start " + startBps + " and cap " + capBps + " bit/s");
        }
        this.startBps = startBps;
        this.capBps = capBps;
        this.startNs = nowNs;
    }

    @Override
    public long bitrateBps(long nowNs) {
        double grown = startBps * Math.pow(GROWTH_PER_SECOND, (nowNs - startNs) / 1e9);
        return Math.clamp((long) grown, startBps, capBps);
    }
}

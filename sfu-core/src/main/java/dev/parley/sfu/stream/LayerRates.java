package dev.parley.sfu.stream;

import dev.parley.sfu.layers.FrameLayers;
import org.jspecify.annotations.Nullable;

/** The rates of a stream by spatial and temporal layer, over the last second. Owned by the shard. */
final class LayerRates {
    private static final int LAYERS = 8;
    private static final long LOOK_INTERVAL_NS = 1_000_000_000L;

    /** By spatial layer, then temporal layer; made as layers turn up. */
    private final @Nullable RateMeter[] meters = new @Nullable RateMeter[LAYERS * LAYERS];
    /** Pictures by temporal layer. */
    private final @Nullable RateMeter[] pictures = new @Nullable RateMeter[LAYERS];

    /** What remains of a peak after a second. */
    private static final double PEAK_DECAY = 0.9;

    /** As they were when the stream last had them, looked at once a second; peaks are forgotten slowly. */
    private final long[] remembered = new long[LAYERS * LAYERS];

    private long nextLookNs = Long.MIN_VALUE;
    private int maxSpatialId;
    private int maxTemporalId;

    void add(FrameLayers frame, int sizeBytes, boolean endOfPicture, long nowNs) {
        int spatialId = frame.spatialId();
        int temporalId = frame.temporalId();
        maxSpatialId = Math.max(maxSpatialId, spatialId);
        maxTemporalId = Math.max(maxTemporalId, temporalId);
        meter(meters, spatialId * LAYERS + temporalId).add(sizeBytes, nowNs);
        if (nowNs >= nextLookNs) {
            remember(nowNs);
        }
        if (endOfPicture) {
            meter(pictures, temporalId).add(1, nowNs);
        }
    }

    private void remember(long nowNs) {
        nextLookNs = nowNs + LOOK_INTERVAL_NS;
        for (int i = 0; i < meters.length; i++) {
            RateMeter meter = meters[i];
            long bps = meter == null ? 0 : meter.bitrateBps(nowNs);
            remembered[i] = bps == 0 ? remembered[i] : Math.max(bps, (long) (PEAK_DECAY * remembered[i]));
        }
    }

    /** Of all layers up to these, when they were last sent. */
    long rememberedBps(int spatialId, int temporalId) {
        long sum = 0;
        for (int s = 0; s <= Math.min(spatialId, maxSpatialId); s++) {
            for (int t = 0; t <= Math.min(temporalId, maxTemporalId); t++) {
                sum += remembered[s * LAYERS + t];
            }
        }
        return sum;
    }

    private static RateMeter meter(@Nullable RateMeter[] of, int index) {
        RateMeter meter = of[index];
        if (meter == null) {
            meter = new RateMeter();
            of[index] = meter;
        }
        return meter;
    }

    long bitrateBps(long nowNs) {
        return bitrateBps(maxSpatialId, maxTemporalId, nowNs);
    }

    /** Of all layers up to these. */
    long bitrateBps(int spatialId, int temporalId, long nowNs) {
        long sum = 0;
        for (int s = 0; s <= Math.min(spatialId, maxSpatialId); s++) {
            for (int t = 0; t <= Math.min(temporalId, maxTemporalId); t++) {
                RateMeter meter = meters[s * LAYERS + t];
                sum += meter == null ? 0 : meter.bitrateBps(nowNs);
            }
        }
        return sum;
    }

    double framesPerSecond(int temporalId, long nowNs) {
        double sum = 0;
        for (int t = 0; t <= Math.min(temporalId, maxTemporalId); t++) {
            RateMeter meter = pictures[t];
            sum += meter == null ? 0 : meter.bitrateBps(nowNs) / 8.0;
        }
        return sum;
    }

    /** The highest temporal layer that has been seen. */
    int maxTemporalId() {
        return maxTemporalId;
    }
}

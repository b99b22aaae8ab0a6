package dev.parley.sfu.layers;

/** One encoding of a track as a selector sees it: a simulcast stream of RFC 8853, with the layers within it. */
public interface Layer {
    /** When its last packet arrived; {@link Long#MIN_VALUE} when none has. */
    long lastPacketNs();

    /** Its rate over the last second, in bits per second. */
    long bitrateBps(long nowNs);

    /** The same of its layers up to these. */
    default long bitrateBps(int spatialId, int temporalId, long nowNs) {
        return bitrateBps(nowNs);
    }

    /** The highest spatial layer within it. */
    default int maxSpatialId() {
        return 0;
    }

    /** The highest temporal layer within it. */
    default int maxTemporalId() {
        return 0;
    }

    /** The width of a spatial layer's pictures, 0 when it is not known. */
    default int widthPx(int spatialId) {
        return 0;
    }

    /** The height of a spatial layer's pictures, 0 when it is not known. */
    default int heightPx(int spatialId) {
        return 0;
    }

    /** Whether it can be had: packets come, or would come again if somebody asked for it. */
    default boolean isAvailable(long nowNs) {
        return isAlive(nowNs);
    }

    /** Whether packets come. */
    default boolean isAlive(long nowNs) {
        return lastPacketNs() != Long.MIN_VALUE && nowNs - lastPacketNs() <= BestLayerSelector.ALIVE_MS * 1_000_000L;
    }

    /** The rate that its layers up to these are going to have: measured, or as it was when they were last sent. */
    default long expectedBps(int spatialId, int temporalId, long nowNs) {
        return bitrateBps(spatialId, temporalId, nowNs);
    }

    /** Pictures a second of its temporal layers up to this one. */
    default double framesPerSecond(int temporalId, long nowNs) {
        return 0;
    }
}

package dev.parley.sfu.layers;

/** One encoding of a track as a selector sees it: a simulcast stream of RFC 8853. */
public interface Layer {
    /** When its last packet arrived; {@link Long#MIN_VALUE} when none has. */
    long lastPacketNs();

    /** Its rate over the last second, in bits per second. */
    long bitrateBps(long nowNs);
}

package dev.parley.sfu.nativepeer;

/**
 * How a native participant connects.
 *
 * @param receives whether it will receive; one that only sends costs less
 * @param minUdpPort the lowest UDP port its connection may take; 0 leaves the choice to the system
 * @param maxUdpPort the highest
 */
public record NativeSettings(boolean receives, int minUdpPort, int maxUdpPort) {
    public NativeSettings {
        if (minUdpPort < 0 || maxUdpPort < minUdpPort || maxUdpPort > 0xFFFF) {
            throw new IllegalArgumentException(
                    "UDP ports must be a range within 0..65535, got " + minUdpPort + ".." + maxUdpPort);
        }
    }

    /** Sends and receives, on any port. */
    public static NativeSettings defaults() {
        return new NativeSettings(true, 0, 0);
    }

    /** Only sends. */
    public NativeSettings sendOnly() {
        return new NativeSettings(false, minUdpPort, maxUdpPort);
    }

    /** On ports of this range only. */
    public NativeSettings udpPorts(int min, int max) {
        return new NativeSettings(receives, min, max);
    }
}

package dev.parley.sfu.congestion;

/** Where the packets of a probe come from when there is no media to be sent. */
@FunctionalInterface
public interface PaddingSource {
    /**
     * Sends packets that are of no harm if they are lost, such as repetitions of what was sent: about {@code bytes} of
     * them, at least one if there are any. They are told of to the estimator as all packets are.
     */
    void sendPadding(int bytes, long nowNs);
}

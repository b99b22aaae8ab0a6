package dev.parley.sfu.stream;

/** Hears of it when an {@link EgressStream} asks its source for a keyframe. */
public interface KeyframeListener {
    /** What the keyframe is for. */
    enum Reason {
        /** Nothing is forwarded yet, so there is nothing else to begin with. */
        FIRST_PICTURE,
        /** Other layers are to be forwarded. */
        LAYERS,
        /** The beginning of the last keyframe came when what follows it was gone. */
        LATE_START,
        /** The receiver has said that it needs one (PLI, RFC 4585 §6.3.1, or FIR, RFC 5104 §4.3.1). */
        RECEIVER
    }

    /**
     * A keyframe has been asked for.
     *
     * @param sentNs when the publisher is asked: later than {@code nowNs} if it has just been asked already
     */
    void keyframeAsked(Reason reason, long sentNs, long nowNs);
}

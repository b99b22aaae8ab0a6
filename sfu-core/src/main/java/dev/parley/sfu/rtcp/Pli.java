package dev.parley.sfu.rtcp;

/** A picture loss indication (RFC 4585 §6.3.1): the receiver wants a keyframe. */
public final class Pli {
    private int mediaSsrc;

    /** Reads the reader's current packet. False when it is no picture loss indication. */
    public boolean wrap(RtcpReader reader) {
        if (!Feedback.is(reader, RtcpKind.PLI)) {
            return false;
        }
        mediaSsrc = Feedback.mediaSsrc(reader);
        return true;
    }

    /** The source that is to send a keyframe. */
    public int mediaSsrc() {
        return mediaSsrc;
    }
}

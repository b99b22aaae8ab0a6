package dev.parley.sfu.stream;

/**
 * Keeps the frame numbers of dependency descriptors (AV1 RTP specification, §A.8.2: 16 bits) continuous when the source
 * is switched. A browser takes a template structure of an older frame number for a late one, and drops it. Owned by the
 * shard.
 *
 * <p>Example: source A ended with 65,535; source B begins with 12, sent as 0, and goes on with 13, sent as 1.
 */
final class FrameNumberTranslator {
    private boolean started;
    private int offset;
    private int highest;

    /** From here on packets are of another source, whose first one has this frame number. */
    void switchTo(int frameNumber) {
        if (started) {
            offset = highest + 1 - frameNumber & 0xFFFF;
        }
        started = true;
        highest = frameNumber + offset & 0xFFFF;
    }

    /** The outgoing frame number for one read from a packet. */
    int translate(int frameNumber) {
        int out = frameNumber + offset & 0xFFFF;
        if (started && (short) (out - highest) > 0) {
            highest = out;
        }
        return out;
    }

    /** What is added to the current source's frame numbers, modulo 2^16. */
    int offset() {
        return offset;
    }
}

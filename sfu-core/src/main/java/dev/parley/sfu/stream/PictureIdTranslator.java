package dev.parley.sfu.stream;

/**
 * Keeps VP8's picture id and TL0PICIDX (RFC 7741 §4.2) continuous when the source is switched, owned by the shard.
 *
 * <p>The first source passes unchanged, which spares the copy of its payloads. After a switch, which is at a keyframe,
 * both go on one above the highest sent; where pictures are left out on purpose, those after them move up. Example: source A ended with picture id 32,767 and TL0PICIDX 9; source B begins
 * with 500 and 3, sent as 0 and 10; its next frame 501 is sent as 1.
 *
 * <p>A picture id of 7 bits stays one: its field cannot be widened in place, so it is continuous modulo 128.
 */
final class PictureIdTranslator {
    private static final int PICTURE_ID_MASK = 0x7FFF;

    private boolean started;
    private int pictureIdOffset;
    private int tl0Offset;
    private int highestPictureId;
    private int highestTl0;
    private int lastLeftOut = -1;

    /** From here on packets are of another source, whose first one has these values; a missing field is negative. */
    void switchTo(int pictureId, int tl0PicIdx) {
        if (started) {
            pictureIdOffset = highestPictureId + 1 - Math.max(0, pictureId) & PICTURE_ID_MASK;
            tl0Offset = highestTl0 + 1 - Math.max(0, tl0PicIdx) & 0xFF;
        }
        started = true;
        lastLeftOut = -1;
        highestPictureId = Math.max(0, pictureId) + pictureIdOffset & PICTURE_ID_MASK;
        highestTl0 = Math.max(0, tl0PicIdx) + tl0Offset & 0xFF;
    }

    /** Whether values change on their way, so that payloads have to be rewritten. */
    boolean isRewriting() {
        return pictureIdOffset != 0 || tl0Offset != 0;
    }

    /**
     * Leaves a picture out, so that the receiver does not wait for it; further packets of it change nothing. Only for ids
     * of 15 bits.
     */
    void leaveOut(int source) {
        int out = source + pictureIdOffset & PICTURE_ID_MASK;
        boolean later = out != highestPictureId && (out - highestPictureId & PICTURE_ID_MASK) < 0x4000;
        if (later && source != lastLeftOut) {
            lastLeftOut = source;
            pictureIdOffset = pictureIdOffset - 1 & PICTURE_ID_MASK;
        }
    }

    /** The outgoing picture id for one read from a packet. */
    int pictureId(int source, boolean fifteenBits) {
        int out = source + pictureIdOffset & PICTURE_ID_MASK;
        if (((out - highestPictureId) & PICTURE_ID_MASK) < 0x4000) {
            highestPictureId = out;
        }
        return fifteenBits ? out : out & 0x7F;
    }

    /** The same for an offset that has been in force, such as the one that a packet to be repeated had. */
    static int pictureId(int source, boolean fifteenBits, int offset) {
        int out = source + offset & PICTURE_ID_MASK;
        return fifteenBits ? out : out & 0x7F;
    }

    int pictureIdOffset() {
        return pictureIdOffset;
    }

    int tl0PicIdxOffset() {
        return tl0Offset;
    }

    /** The outgoing TL0PICIDX for one read from a packet. */
    int tl0PicIdx(int source) {
        int out = source + tl0Offset & 0xFF;
        if ((byte) (out - highestTl0) > 0) {
            highestTl0 = out;
        }
        return out;
    }
}

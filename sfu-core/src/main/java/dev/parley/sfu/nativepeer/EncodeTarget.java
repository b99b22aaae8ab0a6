package dev.parley.sfu.nativepeer;

import dev.parley.sfu.SubscriptionHint;

/**
 * What one encoder is told: by how much to scale its source down, and how much to spend. libwebrtc's own adaptation cannot be
 * used, as sources that are fed from elsewhere ignore it (measured): without this a narrow connection gets a large picture of
 * few bits.
 *
 * @param scaleDownBy 1 for the source's own size
 * @param maxBitrateBps what that size is worth at most
 */
record EncodeTarget(double scaleDownBy, int maxBitrateBps) {
    /** What is sent before anything is known of source and connection. */
    static final EncodeTarget FIRST = new EncodeTarget(1, 2_500_000);

    /** Each has two thirds of the pixels of the one before, or a little more. */
    private static final double[] SCALES = {1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 8};

    /** A size is taken up again only with so much to spare: pictures that change their size to and fro are ugly. */
    private static final double RETURN_MARGIN = 1.3;

    /** Smaller pictures are of no use to anybody. */
    private static final int MIN_HEIGHT_PX = 90;

    private static final int MIN_BITRATE_BPS = 100_000;

    /** Talking heads at 30 frames a second in VP8: 500 kbit/s at 640x360, and more a pixel for smaller pictures. */
    private static final double REFERENCE_PIXELS = 640 * 360;

    private static final double REFERENCE_BPS = 500_000;
    private static final double PIXELS_EXPONENT = 0.85;

    /**
     * What to tell the encoder next.
     *
     * @param widthPx the source's size; 0 when it is not known yet
     * @param heightPx as {@code widthPx}
     * @param hint how the picture is shown
     * @param shareBps this stream's part of the connection's estimate; 0 when there is none yet
     */
    EncodeTarget next(int widthPx, int heightPx, SubscriptionHint hint, long shareBps) {
        if (widthPx == 0 || heightPx == 0) {
            return this;
        }
        double shown = shownScale(widthPx, heightPx, hint);
        double chosen = shown;
        for (double scale : SCALES) {
            if (heightPx / scale < MIN_HEIGHT_PX) {
                break;
            }
            chosen = Math.max(scale, shown);
            double needed = enoughBps(widthPx / chosen, heightPx / chosen);
            boolean returns = chosen < scaleDownBy;
            if (shareBps == 0 || needed * (returns ? RETURN_MARGIN : 1) <= shareBps) {
                break;
            }
        }
        return new EncodeTarget(chosen, maxBps(widthPx / chosen, heightPx / chosen));
    }

    /** The scale at which the picture still covers what it is shown in, never larger than its source. */
    private static double shownScale(int widthPx, int heightPx, SubscriptionHint hint) {
        double byWidth = hint.widthPx() == 0 ? 1 : (double) widthPx / hint.widthPx();
        double byHeight = hint.heightPx() == 0 ? 1 : (double) heightPx / hint.heightPx();
        double largest = (double) heightPx / MIN_HEIGHT_PX;
        return Math.max(1, Math.min(largest, Math.min(byWidth, byHeight)));
    }

    /** Below this a picture of that size is worse than a smaller one. */
    private static double enoughBps(double widthPx, double heightPx) {
        return referenceBps(widthPx, heightPx) * 0.6;
    }

    private static int maxBps(double widthPx, double heightPx) {
        return (int) Math.max(MIN_BITRATE_BPS, referenceBps(widthPx, heightPx) * 1.4);
    }

    private static double referenceBps(double widthPx, double heightPx) {
        return REFERENCE_BPS * Math.pow(widthPx * heightPx / REFERENCE_PIXELS, PIXELS_EXPONENT);
    }
}

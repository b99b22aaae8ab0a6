package dev.parley.examples;

import dev.parley.sfu.nativepeer.I420Frame;

/** A moving test card: eight bars of colour, and below them a white square that walks from left to right. */
public final class TestCard {
    private static final int[] BARS = {0xBFBFBF, 0xBFBF00, 0x00BFBF, 0x00BF00, 0xBF00BF, 0xBF0000, 0x0000BF, 0x101010};
    /** By how much a channel of a bar may be off after a trip through an encoder. */
    private static final int TOLERANCE = 40;

    private static final int STEPS = 32;

    private TestCard() {}

    /** Paints picture number {@code n}. */
    public static void paint(I420Frame frame, int n) {
        int barHeight = barHeight(frame);
        for (int bar = 0; bar < BARS.length; bar++) {
            int left = bar * frame.widthPx() / BARS.length;
            int right = (bar + 1) * frame.widthPx() / BARS.length;
            frame.fill(left, 0, right - left, barHeight, BARS[bar]);
        }
        int side = frame.heightPx() - barHeight;
        frame.fill(0, barHeight, frame.widthPx(), side, 0);
        frame.fill(n % STEPS * (frame.widthPx() - side) / STEPS, barHeight, side, side, 0xFFFFFF);
    }

    /** Whether a picture shows the card, whatever its size. */
    public static boolean isShownBy(I420Frame frame) {
        for (int bar = 0; bar < BARS.length; bar++) {
            int column = (2 * bar + 1) * frame.widthPx() / (2 * BARS.length);
            if (distance(frame.rgb(column, barHeight(frame) / 2), BARS[bar]) > TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    private static int barHeight(I420Frame frame) {
        return frame.heightPx() * 3 / 4;
    }

    /** The largest difference of a channel. */
    static int distance(int rgb, int other) {
        int largest = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            largest = Math.max(largest, Math.abs((rgb >> shift & 0xFF) - (other >> shift & 0xFF)));
        }
        return largest;
    }
}

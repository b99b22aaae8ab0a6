package dev.parley.benchmarks.pictures;

import dev.parley.sfu.nativepeer.I420Frame;

/**
 * A number painted into a picture so that it survives encoding and scaling: 40 squares, bright or dark, of which the last
 * eight check the others.
 */
final class TimeCode {
    /** What is read where there is none. */
    static final long NONE = -1;

    private static final int BITS = 32;
    private static final int CHECK_BITS = 8;
    private static final int COLUMNS = 8;
    private static final int ROWS = (BITS + CHECK_BITS) / COLUMNS;
    private static final int BRIGHT = 0xE0E0E0;
    private static final int DARK = 0x202020;
    private static final int MIDDLE_LUMA = 128;

    private TimeCode() {}

    /** Paints the low 32 bits of {@code value} into the upper left quarter. */
    static void paint(I420Frame picture, long value) {
        long code = (value & 0xFFFFFFFFL) << CHECK_BITS | check(value);
        for (int bit = 0; bit < COLUMNS * ROWS; bit++) {
            boolean set = (code >>> bit & 1) != 0;
            picture.fill(
                    left(picture, bit % COLUMNS),
                    top(picture, bit / COLUMNS),
                    left(picture, 1),
                    top(picture, 1),
                    set ? BRIGHT : DARK);
        }
    }

    /** The number, or {@link #NONE} if there is none that its check agrees with. */
    static long read(I420Frame picture) {
        long code = 0;
        for (int bit = 0; bit < COLUMNS * ROWS; bit++) {
            int x = left(picture, bit % COLUMNS) + left(picture, 1) / 2;
            int y = top(picture, bit / COLUMNS) + top(picture, 1) / 2;
            code |= picture.y().at(x, y) > MIDDLE_LUMA ? 1L << bit : 0;
        }
        long value = code >>> CHECK_BITS;
        return (code & 0xFF) == check(value) ? value : NONE;
    }

    private static int left(I420Frame picture, int column) {
        return picture.widthPx() / 2 / COLUMNS * column;
    }

    private static int top(I420Frame picture, int row) {
        return picture.heightPx() / 2 / ROWS * row;
    }

    /** Not 0 for 0: a dark picture has no time. */
    private static int check(long value) {
        int sum = 0x5A;
        for (int shift = 0; shift < BITS; shift += 8) {
            sum = sum * 31 + (int) (value >>> shift & 0xFF);
        }
        return sum & 0xFF;
    }
}

package dev.parley.benchmarks.nativepeer;

import dev.parley.sfu.nativepeer.I420Frame;

/** A picture to encode: a still background with a texture, and before it a figure that sways. */
final class MovingPicture {
    private MovingPicture() {}

    /** Picture {@code n} of a movement of {@code count}, which ends where it begins. */
    static I420Frame paint(int widthPx, int heightPx, int n, int count) {
        I420Frame picture = I420Frame.black(widthPx, heightPx);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                picture.y().set(x, y, 60 + (x * 7 + y * 13) % 32);
            }
        }
        int sway = (int) (widthPx / 16.0 * Math.sin(2 * Math.PI * n / count));
        for (int stripe = 0; stripe < 12; stripe++) {
            int top = heightPx / 4 + stripe * heightPx / 16;
            picture.fill(widthPx * 3 / 8 + sway, top, widthPx / 4, heightPx / 16, 0x604030 + stripe * 0x0A0C08);
        }
        return picture;
    }
}

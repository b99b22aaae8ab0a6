package dev.parley.benchmarks.clips;

import dev.parley.sfu.nativepeer.I420Frame;
import java.util.SplittableRandom;

/**
 * Somebody before a camera, by arithmetic: a textured wall with the noise of a sensor, and a figure that sways and nods
 * before it. What an encoder has to do for it is about what it has to do for a real one.
 */
final class Scene {
    private static final int NOISE = 5;
    private static final int NOISE_TILE = 1 << 16;

    private final int widthPx;
    private final int heightPx;
    private final byte[] noise = new byte[2 * NOISE_TILE];
    private final I420Frame wall;

    Scene(int widthPx, int heightPx) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (random.nextInt(NOISE) + random.nextInt(NOISE) - NOISE + 1);
        }
        wall = I420Frame.black(widthPx, heightPx);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                double shade = 110 + 40.0 * x / widthPx + 14 * Math.sin(x * 0.05) * Math.cos(y * 0.07);
                wall.y().set(x, y, (int) (shade + (x / 6 + y / 9) % 2 * 6));
            }
        }
    }

    /** The picture at {@code seconds} of a movement that ends where it begins after {@code period}. */
    I420Frame at(double seconds, double period) {
        I420Frame picture = wall.copy();
        double turn = 2 * Math.PI * seconds / period;
        int sway = (int) (widthPx * 0.05 * Math.sin(turn) + widthPx * 0.008 * Math.sin(9 * turn));
        int nod = (int) (heightPx * 0.03 * Math.sin(5 * turn));
        int middle = widthPx / 2 + sway;
        ellipse(picture, middle, heightPx, widthPx / 5, heightPx * 2 / 5, 0x304878, 7);
        ellipse(picture, middle, heightPx * 2 / 5 + nod, widthPx / 11, heightPx / 5, 0xC89878, 5);
        int mouth = (int) (heightPx * 0.02 * (1 + Math.sin(23 * turn)));
        picture.fill(middle - widthPx / 40, heightPx / 2 + nod, widthPx / 20, 2 + mouth, 0x702020);
        picture.fill(middle - widthPx / 22, heightPx * 9 / 25 + nod, widthPx / 60, heightPx / 60, 0x202020);
        picture.fill(middle + widthPx / 33, heightPx * 9 / 25 + nod, widthPx / 60, heightPx / 60, 0x202020);
        grain(picture, 7_919 * (int) (seconds * 1_000));
        return picture;
    }

    private static void ellipse(I420Frame picture, int x, int y, int halfWidth, int halfHeight, int rgb, int texture) {
        for (int row = -halfHeight; row < halfHeight; row += 2) {
            int half = (int) (halfWidth * Math.sqrt(1 - (double) row * row / halfHeight / halfHeight));
            int shade = Math.floorMod(row / 2, texture) * 0x020202;
            picture.fill(x - half, y + row, 2 * half, 2, rgb + shade);
        }
    }

    /** The sensor's noise, from a tile whose start differs from picture to picture. */
    private void grain(I420Frame picture, int number) {
        int start = Math.floorMod(number, NOISE_TILE);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                int at = start + (y * 977 + x & NOISE_TILE - 1);
                picture.y().set(x, y, picture.y().at(x, y) + noise[at]);
            }
        }
    }
}

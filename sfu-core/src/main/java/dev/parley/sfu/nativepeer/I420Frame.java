package dev.parley.sfu.nativepeer;

import java.nio.ByteBuffer;

/**
 * One picture: a plane of luma and two of chroma at half the width and height, 8 bits a sample, BT.601 with 16 for black
 * and 235 for white, as encoders take it. The planes are views: writing to them changes the picture.
 */
public final class I420Frame {
    private static final int MAX_SIDE_PX = 16_384;

    private final int widthPx;
    private final int heightPx;
    private final Plane y;
    private final Plane u;
    private final Plane v;

    /**
     * A plane of samples.
     *
     * @param samples the rows, the first at the buffer's index 0
     * @param stride from the start of one row to that of the next
     */
    public record Plane(ByteBuffer samples, int stride) {
        /** The sample at column {@code x} of row {@code y}, 0 to 255. */
        public int at(int x, int y) {
            return samples.get(y * stride + x) & 0xFF;
        }

        /** Sets the sample at column {@code x} of row {@code y}. */
        public void set(int x, int y, int value) {
            samples.put(y * stride + x, (byte) value);
        }
    }

    private I420Frame(int widthPx, int heightPx, Plane y, Plane u, Plane v) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        this.y = y;
        this.u = u;
        this.v = v;
    }

    /** A black picture. */
    public static I420Frame black(int widthPx, int heightPx) {
        if (widthPx < 1 || heightPx < 1 || widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) {
            throw new IllegalArgumentException(
                    "a picture has sides of 1 to " + MAX_SIDE_PX + " pixels, got " + widthPx + "x" + heightPx);
        }
        int chromaWidth = (widthPx + 1) / 2;
        int chromaHeight = (heightPx + 1) / 2;
        return new I420Frame(
                widthPx,
                heightPx,
                filled(widthPx, heightPx, 16),
                filled(chromaWidth, chromaHeight, 128),
                filled(chromaWidth, chromaHeight, 128));
    }

    private static Plane filled(int width, int height, int value) {
        byte[] samples = new byte[width * height];
        java.util.Arrays.fill(samples, (byte) value);
        return new Plane(ByteBuffer.wrap(samples), width);
    }

    /**
     * A picture whose planes are elsewhere.
     *
     * @throws IllegalArgumentException if a plane is too small for the picture
     */
    public static I420Frame of(int widthPx, int heightPx, Plane y, Plane u, Plane v) {
        require("y", y, widthPx, heightPx);
        require("u", u, (widthPx + 1) / 2, (heightPx + 1) / 2);
        require("v", v, (widthPx + 1) / 2, (heightPx + 1) / 2);
        return new I420Frame(widthPx, heightPx, y, u, v);
    }

    private static void require(String name, Plane plane, int width, int height) {
        if (plane.stride() < width || plane.samples().capacity() < plane.stride() * (height - 1) + width) {
            throw new IllegalArgumentException(
                    "plane " + name + " is too small for " + width + "x" + height + " samples");
        }
    }

    public int widthPx() {
        return widthPx;
    }

    public int heightPx() {
        return heightPx;
    }

    /** Luma. */
    public Plane y() {
        return y;
    }

    /** Blue difference. */
    public Plane u() {
        return u;
    }

    /** Red difference. */
    public Plane v() {
        return v;
    }

    /** The same picture in memory of its own, to keep. */
    public I420Frame copy() {
        I420Frame copy = black(widthPx, heightPx);
        copyPlane(y, copy.y, widthPx, heightPx);
        copyPlane(u, copy.u, (widthPx + 1) / 2, (heightPx + 1) / 2);
        copyPlane(v, copy.v, (widthPx + 1) / 2, (heightPx + 1) / 2);
        return copy;
    }

    static void copyPlane(Plane from, Plane to, int width, int height) {
        for (int row = 0; row < height; row++) {
            to.samples().put(row * to.stride(), from.samples(), row * from.stride(), width);
        }
    }

    /** The colour at column {@code x} of row {@code y} as {@code 0xRRGGBB}. */
    public int rgb(int x, int y) {
        // BT.601, 8-bit fixed point.
        int luma = 298 * (this.y.at(x, y) - 16) + 128;
        int blue = u.at(x / 2, y / 2) - 128;
        int red = v.at(x / 2, y / 2) - 128;
        int r = clamp((luma + 409 * red) >> 8);
        int g = clamp((luma - 100 * blue - 208 * red) >> 8);
        int b = clamp((luma + 516 * blue) >> 8);
        return r << 16 | g << 8 | b;
    }

    /** Paints a rectangle, from column {@code left} and row {@code top} on, in {@code 0xRRGGBB}; what is outside is left out. */
    public void fill(int left, int top, int width, int height, int rgb) {
        int r = rgb >> 16 & 0xFF;
        int g = rgb >> 8 & 0xFF;
        int b = rgb & 0xFF;
        fill(y, 1, left, top, left + width, top + height, ((66 * r + 129 * g + 25 * b + 128) >> 8) + 16);
        fill(u, 2, left, top, left + width, top + height, chroma(-38 * r - 74 * g + 112 * b));
        fill(v, 2, left, top, left + width, top + height, chroma(112 * r - 94 * g - 18 * b));
    }

    private static int chroma(int sum) {
        return ((sum + 128) >> 8) + 128;
    }

    /** Columns and rows are those of the picture; {@code scale} is how many of them share a sample of the plane. */
    private void fill(Plane plane, int scale, int left, int top, int right, int bottom, int value) {
        int endRow = (Math.min(heightPx, bottom) + scale - 1) / scale;
        int endColumn = (Math.min(widthPx, right) + scale - 1) / scale;
        for (int row = Math.max(0, top) / scale; row < endRow; row++) {
            for (int column = Math.max(0, left) / scale; column < endColumn; column++) {
                plane.set(column, row, value);
            }
        }
    }

    private static int clamp(int value) {
        return Math.clamp(value, 0, 255);
    }
}

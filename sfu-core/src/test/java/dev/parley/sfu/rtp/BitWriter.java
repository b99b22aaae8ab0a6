package dev.parley.sfu.rtp;

import java.util.Arrays;

/** Writes the bits of a descriptor by the functions of the AV1 RTP specification §A.8.2. */
public final class BitWriter {
    private byte[] bytes = new byte[2_048];
    private int bit;

    /** f(n). */
    public BitWriter f(int bits, int value) {
        for (int i = bits - 1; i >= 0; i--, bit++) {
            bytes[bit / 8] |= (byte) ((value >>> i & 1) << 7 - bit % 8);
        }
        return this;
    }

    /** write_ns(n, v). */
    public BitWriter ns(int values, int value) {
        int width = 32 - Integer.numberOfLeadingZeros(values);
        int shortCodes = (1 << width) - values;
        return value < shortCodes ? f(width - 1, value) : f(width, value + shortCodes);
    }

    public BitWriter all(int bits, int... values) {
        for (int value : values) {
            f(bits, value);
        }
        return this;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, (bit + 7) / 8);
    }
}

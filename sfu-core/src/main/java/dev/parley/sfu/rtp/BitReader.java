package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads bits, the highest first, from a range of a packet. Beyond the end it reads zeros and says so, so that a parser
 * checks once instead of before every field.
 */
final class BitReader {
    private @Nullable PacketBuffer packet;
    private int bit;
    private int endBit;
    private boolean overrun;

    void wrap(PacketBuffer packet, int offset, int length) {
        this.packet = packet;
        bit = offset * 8;
        endBit = bit + length * 8;
        overrun = false;
    }

    /** The AV1 RTP specification's f(n), for up to 32 bits. */
    int read(int bits) {
        PacketBuffer buffer = packet;
        if (buffer == null || bits > endBit - bit) {
            bit = endBit;
            overrun = true;
            return 0;
        }
        int value = 0;
        int left = bits;
        while (left > 0) {
            int inByte = 8 - (bit & 7);
            int take = Math.min(inByte, left);
            int part = buffer.u8(bit >> 3) >>> inByte - take & (1 << take) - 1;
            value = value << take | part;
            bit += take;
            left -= take;
        }
        return value;
    }

    boolean readFlag() {
        return read(1) != 0;
    }

    /** The AV1 RTP specification's ns(n): a value below {@code values}, at least 1, in as few bits as it needs. */
    int readNonSymmetric(int values) {
        int width = 32 - Integer.numberOfLeadingZeros(values);
        int shortCodes = (1 << width) - values;
        int value = read(width - 1);
        return value < shortCodes ? value : (value << 1) - shortCodes + read(1);
    }

    /** The next bit to be read, counted from the packet's first. */
    int position() {
        return bit;
    }

    /** Whether anything was read beyond the end. */
    boolean overrun() {
        return overrun;
    }
}

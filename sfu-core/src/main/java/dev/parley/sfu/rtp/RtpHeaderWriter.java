package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a fresh RTP header (RFC 3550 §5.1) with header extensions (RFC 8285) into a packet; reused by the shard's
 * thread, allocates nothing.
 *
 * <p>Elements go out in the one-byte form, and move to the two-byte form when one of them needs it: an id above 14, or a
 * length of 0 or above 16. Contributing sources are not written.
 */
public final class RtpHeaderWriter {
    private static final int MAX_EXTENSIONS = 32;
    private static final int ELEMENTS_OFFSET = RtpPacket.FIXED_HEADER_LENGTH + 4;
    private static final int VERSION_2 = 0x80;
    private static final int EXTENSION_BIT = 0x10;

    private final int[] ids = new int[MAX_EXTENSIONS];
    private final int[] offsets = new int[MAX_EXTENSIONS];
    private final int[] lengths = new int[MAX_EXTENSIONS];
    private int count;
    private boolean twoByteForm;
    private @Nullable PacketBuffer target;
    private int end;

    /** Starts a header at the front of {@code dst}, which is borrowed until {@link #finish()}. */
    public void begin(PacketBuffer dst, int payloadType, boolean marker, int sequenceNumber, int timestamp, int ssrc) {
        writeFixed(dst, payloadType, marker, sequenceNumber, timestamp, ssrc);
        extend(dst);
    }

    /** Goes on behind a fixed header that {@code dst} begins with, which is borrowed until {@link #finish()}. */
    public void extend(PacketBuffer dst) {
        target = dst;
        count = 0;
        twoByteForm = false;
        end = ELEMENTS_OFFSET;
    }

    /** Writes the fixed header, without contributing sources, padding and extensions. */
    public static void writeFixed(
            PacketBuffer dst, int payloadType, boolean marker, int sequenceNumber, int timestamp, int ssrc) {
        int firstTwoBytes = VERSION_2 << 8 | (marker ? 0x80 : 0) | payloadType & 0x7F;
        long first = (long) (firstTwoBytes << 16 | sequenceNumber & 0xFFFF) << 32 | timestamp & 0xFFFF_FFFFL;
        dst.putI64(0, first);
        dst.putI32(8, ssrc);
    }

    /**
     * Adds an element of bytes from another packet. False, and nothing written, when the id is 0 (not negotiated), or
     * the element is longer than 255 bytes or does not fit the packet.
     */
    public boolean extension(int id, PacketBuffer source, int sourceOffset, int bytes) {
        if (!add(id, bytes)) {
            return false;
        }
        target().copyFrom(end - bytes, source, sourceOffset, bytes);
        return true;
    }

    public boolean extensionBytes(int id, byte[] source, int sourceOffset, int bytes) {
        if (!add(id, bytes)) {
            return false;
        }
        target().putBytes(end - bytes, source, sourceOffset, bytes);
        return true;
    }

    public boolean extensionBytes(int id, byte[] source) {
        return extensionBytes(id, source, 0, source.length);
    }

    public boolean extensionU8(int id, int value) {
        if (!add(id, 1)) {
            return false;
        }
        target().putU8(end - 1, value);
        return true;
    }

    public boolean extensionU16(int id, int value) {
        if (!add(id, 2)) {
            return false;
        }
        target().putU16(end - 2, value);
        return true;
    }

    public boolean extensionU24(int id, int value) {
        if (!add(id, 3)) {
            return false;
        }
        target().putU24(end - 3, value);
        return true;
    }

    /**
     * Completes the header and returns its length in bytes. The packet's own length is left alone: what is written
     * after the header sets it.
     */
    public int finish() {
        PacketBuffer dst = target();
        target = null;
        if (count == 0) {
            return RtpPacket.FIXED_HEADER_LENGTH;
        }
        while (end % 4 != 0) {
            dst.putU8(end++, 0);
        }
        int elements = end - ELEMENTS_OFFSET;
        dst.putU8(0, VERSION_2 | EXTENSION_BIT);
        dst.putI32(RtpPacket.FIXED_HEADER_LENGTH, (twoByteForm ? 0x1000 : 0xBEDE) << 16 | elements / 4);
        return end;
    }

    /**
     * Where the data of the element with this id lies, or -1 without one: valid after {@link #finish()}, for a value
     * that is only known when the packet leaves.
     */
    public int extensionOffset(int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return offsets[i];
            }
        }
        return -1;
    }

    /** Whether an element needed the two-byte form, so that all have it. */
    public boolean isTwoByteForm() {
        return twoByteForm;
    }

    /** Writes the element's head and reserves its data, which ends at {@code end}. */
    private boolean add(int id, int bytes) {
        boolean needsTwoByteForm = id > 14 || bytes == 0 || bytes > 16;
        if (id < 1 || id > 255 || bytes > 255 || count == MAX_EXTENSIONS) {
            return false;
        }
        // One byte more for each element if they must change form, and up to three of padding.
        if (end + count + 2 + bytes + 3 > target().capacity()) {
            return false;
        }
        if (needsTwoByteForm && !twoByteForm) {
            changeToTwoByteForm();
        }
        PacketBuffer dst = target();
        if (twoByteForm) {
            dst.putU8(end++, id);
            dst.putU8(end++, bytes);
        } else {
            dst.putU8(end++, id << 4 | bytes - 1);
        }
        ids[count] = id;
        offsets[count] = end;
        lengths[count] = bytes;
        count++;
        end += bytes;
        return true;
    }

    private void changeToTwoByteForm() {
        PacketBuffer dst = target();
        // From the last to the first, so that no element overwrites one that has not moved yet.
        for (int i = count - 1; i >= 0; i--) {
            int offset = offsets[i] + i + 1;
            dst.copyFrom(offset, dst, offsets[i], lengths[i]);
            dst.putU8(offset - 2, ids[i]);
            dst.putU8(offset - 1, lengths[i]);
            offsets[i] = offset;
        }
        end += count;
        twoByteForm = true;
    }

    private PacketBuffer target() {
        PacketBuffer dst = target;
        if (dst == null) {
            throw new IllegalStateException("no header begun");
        }
        return dst;
    }
}

package dev.parley.sfu.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Native memory by its address, which is what foreign functions take: nothing is allocated for an access. The caller
 * answers for the bounds.
 */
final class NativeMemory {
    private static final ValueLayout.OfInt BIG_ENDIAN_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @SuppressWarnings("restricted") // Every address in it comes from our allocator, a library or a packet.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private NativeMemory() {}

    /** In the machine's byte order, as the fields of C structures are. */
    static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    static int getIntBigEndian(long address) {
        return ALL.get(BIG_ENDIAN_INT, address);
    }

    static void putIntBigEndian(long address, int value) {
        ALL.set(BIG_ENDIAN_INT, address, value);
    }

    static long getLongBigEndian(long address) {
        return ALL.get(BIG_ENDIAN_LONG, address);
    }

    static void putLongBigEndian(long address, long value) {
        ALL.set(BIG_ENDIAN_LONG, address, value);
    }

    static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** For a few bytes, which are copied before a bulk copy has begun. */
    static void copyShort(long from, long to, int bytes) {
        for (int i = 0; i < bytes; i++) {
            ALL.set(ValueLayout.JAVA_BYTE, to + i, ALL.get(ValueLayout.JAVA_BYTE, from + i));
        }
    }

    static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    static void put(long address, byte[] bytes) {
        MemorySegment.copy(bytes, 0, ALL, ValueLayout.JAVA_BYTE, address, bytes.length);
    }

    static void wipe(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    /** ASCII text as C takes it. */
    static byte[] zeroTerminated(String text) {
        return (text + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    /** The zero-terminated text at an address, or an empty one at {@code NULL}. */
    static String text(long address) {
        return address == 0 ? "" : ALL.getString(address);
    }
}

package dev.parley.sfu.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory by its address, for structures that the kernel reads and writes: a constant segment over all of it, so that an
 * access is one instruction, without the checks of owner, lifetime and bounds that an arena's segment has. Whoever uses
 * it keeps to addresses within what an arena has given out.
 */
@SuppressWarnings("restricted") // That is the point; see --enable-native-access.
final class RawMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private RawMemory() {}

    static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    static int getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    static void putShort(long address, int value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
    }

    // In network order.

    static int getNetShort(long address) {
        return ALL.get(LinuxAbi.NET_U16, address) & 0xFFFF;
    }

    static int getNetInt(long address) {
        return ALL.get(LinuxAbi.NET_U32, address);
    }

    static long getNetLong(long address) {
        return ALL.get(LinuxAbi.NET_U64, address);
    }

    static void putNetShort(long address, int value) {
        ALL.set(LinuxAbi.NET_U16, address, (short) value);
    }

    static void putNetInt(long address, int value) {
        ALL.set(LinuxAbi.NET_U32, address, value);
    }

    static void putNetLong(long address, long value) {
        ALL.set(LinuxAbi.NET_U64, address, value);
    }
}

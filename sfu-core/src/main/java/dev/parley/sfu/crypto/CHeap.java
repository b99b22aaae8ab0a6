package dev.parley.sfu.crypto;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's heap. Unlike an arena's, its memory may be freed by another thread without stopping the rest. */
final class CHeap implements NativeHeap {
    private static final MethodHandle ALLOCATE =
            NativeLibrary.downcall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = NativeLibrary.downcall(FunctionDescriptor.ofVoid(JAVA_LONG));

    private final MemorySegment allocate;
    private final MemorySegment free;

    CHeap() throws UnavailableException {
        NativeLibrary libc =
                new NativeLibrary("the C library", Linker.nativeLinker().defaultLookup());
        allocate = libc.function("aligned_alloc");
        free = libc.function("free");
    }

    @Override
    public long allocate(long bytes) {
        // C11 asks for a multiple of the alignment.
        long rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        try {
            long address = (long) ALLOCATE.invokeExact(allocate, (long) ALIGNMENT, rounded);
            if (address == 0) {
                throw new OutOfMemoryError("no " + bytes + " bytes of native memory");
            }
            return address;
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    @Override
    public void free(long address) {
        try {
            FREE.invokeExact(free, address);
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }
}

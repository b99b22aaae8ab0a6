package dev.parley.sfu.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** A heap that looks at what is given back to it, and that can run out. */
final class WatchedHeap implements NativeHeap {
    private final Map<Long, MemorySegment> allocated = new HashMap<>();
    private int allocations;
    private int limit = Integer.MAX_VALUE;
    private boolean freedSecrets;

    @Override
    public long allocate(long bytes) {
        if (allocations == limit) {
            throw new OutOfMemoryError("by the test");
        }
        allocations++;
        MemorySegment segment = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        segment.fill((byte) 0xEE); // As a real heap, it promises no zeros.
        allocated.put(segment.address(), segment);
        return segment.address();
    }

    @Override
    public void free(long address) {
        MemorySegment segment = allocated.remove(address);
        if (segment == null) {
            throw new IllegalStateException("freed what is not allocated");
        }
        freedSecrets |= !isZero(segment);
    }

    /** From here on, this many more allocations succeed. */
    void allow(int more) {
        allocations = 0;
        limit = more;
    }

    int allocations() {
        return allocations;
    }

    int allocatedNow() {
        return allocated.size();
    }

    /** Whether memory in use holds something. */
    boolean holdsSomething() {
        return !allocated.values().stream().allMatch(WatchedHeap::isZero);
    }

    /** Whether anything was ever given back that was not overwritten. */
    boolean hasSeenSecrets() {
        return freedSecrets;
    }

    private static boolean isZero(MemorySegment segment) {
        return segment.elements(ValueLayout.JAVA_BYTE).allMatch(one -> one.get(ValueLayout.JAVA_BYTE, 0) == 0);
    }
}

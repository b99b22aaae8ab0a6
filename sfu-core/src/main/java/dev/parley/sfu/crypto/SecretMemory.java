package dev.parley.sfu.crypto;

/** Native memory for keys, zero at first and overwritten before it is given back; owned by one cipher. */
final class SecretMemory implements Secret {
    private final NativeHeap heap;
    private final long bytes;
    private long address;

    SecretMemory(NativeHeap heap, long bytes) {
        this.heap = heap;
        this.bytes = bytes;
        this.address = heap.allocate(bytes);
        NativeMemory.wipe(address, bytes);
    }

    /** The first byte's address, a multiple of {@link NativeHeap#ALIGNMENT}. */
    long address() {
        if (address == 0) {
            throw new IllegalStateException("used after it was closed");
        }
        return address;
    }

    @Override
    public void close() {
        if (address != 0) {
            NativeMemory.wipe(address, bytes);
            heap.free(address);
            address = 0;
        }
    }
}

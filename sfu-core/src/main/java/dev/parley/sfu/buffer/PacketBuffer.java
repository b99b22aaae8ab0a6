package dev.parley.sfu.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One packet in off-heap memory, with big-endian accessors at indices relative to the packet's first byte.
 *
 * <p>Owned by one shard thread; the reference count is plain. Passed a buffer, you borrow it; store it, you
 * {@link #retain()} it; whoever retained it releases it. Once decrypted, a packet is written again in two places, neither
 * of which another reader can see: a byte of padding behind its payload, and what an {@code SrtpCipher} puts before a
 * payload while it encrypts, and takes away again.
 *
 * <p>A <em>window</em> ({@link PacketPool#window}) is memory in which its owner writes one packet after the other. It is
 * only ever borrowed: to retain it is refused.
 *
 * <p>An index outside the buffer's memory throws {@link IndexOutOfBoundsException}, which is our bug: parsers check
 * every length against {@link #length()} first.
 */
public final class PacketBuffer {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * All memory. A packet checks its own bounds and reads from here: a segment of its own would add the look at
     * whether its arena is still open, and one more object in the cache, to each of a dozen accesses a packet.
     */
    private static final MemorySegment MEMORY = everything();

    /** Copies up to so many bytes are made word by word, which for a header is over before a bulk copy has begun. */
    private static final int SHORT_COPY_BYTES = 64;

    private final PacketPool pool;
    private final long memory;
    private final int size;
    private final ByteBuffer nio;
    private int base;
    private int length;
    private int references;
    private long receivedNs;
    /** While leaks are traced. */
    private @Nullable Throwable acquiredAt;

    PacketBuffer(PacketPool pool, MemorySegment segment) {
        this.pool = pool;
        this.memory = segment.address();
        this.size = (int) segment.byteSize();
        this.nio = segment.asByteBuffer();
    }

    @SuppressWarnings("restricted") // What the pool has handed out, and not taken back, is all that is touched.
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** The address of {@code bytes} bytes at {@code index}, all of which are the packet's. */
    private long at(int index, int bytes) {
        int start = base + index;
        if ((start | bytes | (size - bytes) - start) < 0) {
            throw new IndexOutOfBoundsException(bytes + " bytes at " + index + " outside of capacity " + capacity());
        }
        return memory + start;
    }

    void reset() {
        base = 0;
        length = 0;
        receivedNs = 0;
        references = 1;
    }

    void acquiredAt(Throwable acquisition) {
        acquiredAt = acquisition;
    }

    @Nullable
    Throwable acquiredAt() {
        return acquiredAt;
    }

    boolean isHeld() {
        return references > 0;
    }

    /** Bytes available from the packet's first byte to the end of its memory. */
    public int capacity() {
        return size - base;
    }

    /** The packet's length in bytes. */
    public int length() {
        return length;
    }

    /** Sets the packet's length in bytes, at most {@link #capacity()}. */
    public void length(int bytes) {
        if (bytes < 0 || bytes > capacity()) {
            throw new IndexOutOfBoundsException("length " + bytes + " outside of capacity " + capacity());
        }
        length = bytes;
    }

    /** Drops {@code bytes} from the front: index 0 moves forward and the length shrinks. */
    public void trimFront(int bytes) {
        if (bytes < 0 || bytes > length) {
            throw new IndexOutOfBoundsException("trim of " + bytes + " outside of length " + length);
        }
        base += bytes;
        length -= bytes;
    }

    /** Moves a window: index 0 is at {@code offset} of its memory, and the length 0. */
    public void moveTo(int offset) {
        if (isHeld() || offset < 0 || offset > size) {
            throw new IndexOutOfBoundsException("no window at " + offset + " of " + size);
        }
        base = offset;
        length = 0;
    }

    /** Moves a window forward, behind what has been written, to the next packet. */
    public void advance(int bytes) {
        moveTo(base + bytes);
    }

    /** When the packet arrived, in nanoseconds of the shard's monotonic clock. */
    public long receivedNs() {
        return receivedNs;
    }

    public void receivedNs(long nowNs) {
        receivedNs = nowNs;
    }

    /** One byte, 0 to 255. */
    public int u8(int index) {
        return MEMORY.get(ValueLayout.JAVA_BYTE, at(index, 1)) & 0xFF;
    }

    /** Two bytes, 0 to 65,535. */
    public int u16(int index) {
        return MEMORY.get(U16, at(index, 2)) & 0xFFFF;
    }

    /** Three bytes, 0 to 16,777,215. */
    public int u24(int index) {
        return u8(index) << 16 | u16(index + 1);
    }

    /** Four bytes as the bits of an int: what an SSRC or an RTP timestamp is kept in. */
    public int i32(int index) {
        return MEMORY.get(U32, at(index, 4));
    }

    /** Four bytes, 0 to 2^32 - 1. */
    public long u32(int index) {
        return i32(index) & 0xFFFF_FFFFL;
    }

    /** Eight bytes as the bits of a long. */
    public long i64(int index) {
        return MEMORY.get(U64, at(index, 8));
    }

    public void putU8(int index, int value) {
        MEMORY.set(ValueLayout.JAVA_BYTE, at(index, 1), (byte) value);
    }

    public void putU16(int index, int value) {
        MEMORY.set(U16, at(index, 2), (short) value);
    }

    public void putU24(int index, int value) {
        putU8(index, value >>> 16);
        putU16(index + 1, value);
    }

    public void putI32(int index, int value) {
        MEMORY.set(U32, at(index, 4), value);
    }

    public void putU32(int index, long value) {
        putI32(index, (int) value);
    }

    public void putI64(int index, long value) {
        MEMORY.set(U64, at(index, 8), value);
    }

    /** Copies from another buffer, or within this one: overlapping ranges are handled. */
    public void copyFrom(int index, PacketBuffer source, int sourceIndex, int bytes) {
        long from = source.at(sourceIndex, bytes);
        long to = at(index, bytes);
        if (bytes > SHORT_COPY_BYTES || from + bytes > to && to + bytes > from) {
            MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
            return;
        }
        int done = 0;
        for (; done + Long.BYTES <= bytes; done += Long.BYTES) {
            MEMORY.set(U64, to + done, MEMORY.get(U64, from + done));
        }
        for (; done < bytes; done++) {
            MEMORY.set(ValueLayout.JAVA_BYTE, to + done, MEMORY.get(ValueLayout.JAVA_BYTE, from + done));
        }
    }

    /** Copies from memory that is not a packet's. */
    public void copyFrom(int index, MemorySegment source, long sourceOffset, int bytes) {
        MemorySegment.copy(source, sourceOffset, MEMORY, at(index, bytes), bytes);
    }

    /** Copies to memory that is not a packet's. */
    public void copyTo(int index, MemorySegment target, long targetOffset, int bytes) {
        MemorySegment.copy(MEMORY, at(index, bytes), target, targetOffset, bytes);
    }

    public void putBytes(int index, byte[] source, int sourceOffset, int bytes) {
        MemorySegment.copy(source, sourceOffset, MEMORY, ValueLayout.JAVA_BYTE, at(index, bytes), bytes);
    }

    public void getBytes(int index, byte[] target, int targetOffset, int bytes) {
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_BYTE, at(index, bytes), target, targetOffset, bytes);
    }

    /** A copy of the packet on the heap, for the control path. */
    public byte[] toByteArray() {
        byte[] copy = new byte[length];
        getBytes(0, copy, 0, length);
        return copy;
    }

    /**
     * The buffer's one NIO view, positioned at {@code index} and limited to {@code bytes} from there. Valid until the
     * next call: there is one view a buffer, so that handing a packet to a socket or a cipher allocates nothing.
     */
    public ByteBuffer nio(int index, int bytes) {
        nio.limit(base + index + bytes).position(base + index);
        return nio;
    }

    /** The address of the packet's first byte, for foreign calls. */
    public long address() {
        return memory + base;
    }

    /** A further packet of the same pool, or {@code null} when all are in use. */
    public @Nullable PacketBuffer another() {
        return pool.acquire();
    }

    /** Keeps the packet beyond the call it was passed in; pair with {@link #release()}. */
    public PacketBuffer retain() {
        if (references <= 0) {
            throw new IllegalStateException("retained after its last release, or a window");
        }
        references++;
        return this;
    }

    /** Gives one reference back; the last one returns the memory to the pool. */
    public void release() {
        if (references <= 0) {
            throw new IllegalStateException("released more often than retained");
        }
        if (--references == 0) {
            pool.giveBack(this);
        }
    }

    @Override
    public String toString() {
        return "PacketBuffer[length=" + length + ", references=" + references + "]";
    }
}

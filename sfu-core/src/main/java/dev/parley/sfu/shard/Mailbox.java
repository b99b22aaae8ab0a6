package dev.parley.sfu.shard;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Commands for a shard: a bounded queue that any thread puts into and the shard's thread alone takes from. A full one
 * refuses, so that callers see overload instead of adding to it. Once closed it refuses too, and what it took before is
 * still to be taken out: no accepted command is lost.
 */
public final class Mailbox {
    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicReferenceArray<@Nullable Runnable> ring;
    private final int mask;
    /** The next slot to fill; producers claim it by compare-and-set. The sign bit means closed. */
    private final AtomicLong tail = new AtomicLong();
    /** The next slot to empty; written by the consumer, read by producers to see what is free. */
    private final AtomicLong head = new AtomicLong();

    private final AtomicLong refused = new AtomicLong();

    /** A mailbox for at least {@code capacity} commands, rounded up to a power of two. */
    public Mailbox(int capacity) {
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException("mailbox capacity must be in 1..1048576, got " + capacity);
        }
        int size = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        ring = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /** Puts a command in; false if the mailbox is full, which is counted, or closed. Any thread. */
    public boolean offer(Runnable command) {
        long slot;
        do {
            slot = tail.get();
            if (slot < 0) {
                return false;
            }
            if (slot - head.get() > mask) {
                refused.getAndIncrement();
                return false;
            }
        } while (!tail.compareAndSet(slot, slot + 1));
        ring.set((int) slot & mask, command);
        return true;
    }

    /** Takes the oldest command, or null if there is none yet. Consumer only. */
    public @Nullable Runnable poll() {
        long slot = head.get();
        int index = (int) slot & mask;
        Runnable command = ring.get(index);
        if (command != null) {
            ring.setRelease(index, null);
            head.set(slot + 1);
        }
        return command;
    }

    /** Whether a command can be taken. One being put in at this moment may be missed. Consumer only. */
    public boolean isEmpty() {
        return ring.get((int) head.get() & mask) == null;
    }

    /** Refuses commands from now on. Any thread. */
    public void close() {
        tail.getAndUpdate(slot -> slot | CLOSED);
    }

    /** Whether every command ever accepted has been taken. Consumer only. */
    public boolean isDrained() {
        return head.get() == (tail.get() & ~CLOSED);
    }

    /** Commands refused because the mailbox was full. Any thread. */
    public long refused() {
        return refused.get();
    }
}

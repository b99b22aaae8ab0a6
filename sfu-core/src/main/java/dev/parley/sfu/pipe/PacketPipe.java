package dev.parley.sfu.pipe;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.ReplicaDirectory;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.IngressStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Decrypted packets from one shard to another, in order: a bounded ring with one writer and one reader, without locks.
 *
 * <p>The writer retains a packet and puts it in; the reader copies it into a buffer of its own pool and moves on; the
 * writer then releases it. So each packet is copied once a shard, and each reference count is touched by the one thread
 * that owns it. Entries become visible when the writer {@linkplain #publish() publishes}, once a turn.
 */
final class PacketPipe implements MediaPipe {
    static final int DEFAULT_CAPACITY = 2_048;

    private static final VarHandle TAIL;
    private static final VarHandle HEAD;
    /** Longs an entry: channel and length (of a packet) or clock rate; SSRC and timestamp; NTP time; offset. */
    private static final int WORDS = 4;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(PacketPipe.class, "tail", long.class);
            HEAD = lookup.findVarHandle(PacketPipe.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable PacketBuffer[] packets;
    private final long[] words;
    private final int mask;
    private final DropCounters drops;

    /** Entries before this one are visible to the reader. Written by the writer. */
    @SuppressWarnings("unused") // By TAIL.
    private long tail;

    /** Entries before this one have been read. Written by the reader. */
    @SuppressWarnings("unused") // By HEAD.
    private long head;

    /** The writer's memory goes: nothing may be read any more. */
    private volatile boolean closed;

    /** The reader may be copying. */
    private volatile boolean reading;

    // The writer's.
    private long next;
    private long reclaimed;

    // The reader's.
    private long read;
    private long seen;

    /**
     * @param capacity entries, a power of two
     * @param drops of the writer
     */
    PacketPipe(int capacity, DropCounters drops) {
        this.packets = new @Nullable PacketBuffer[capacity];
        this.words = new long[WORDS * capacity];
        this.mask = capacity - 1;
        this.drops = drops;
    }

    // --- the writer -----------------------------------------------------------------------------------------------

    @Override
    public boolean sendPacket(int channel, PacketBuffer packet) {
        if (!hasRoom()) {
            drops.count(DropReason.PIPE_FULL);
            return false;
        }
        int at = (int) next & mask;
        packets[at] = packet.retain();
        words[WORDS * at] = pair(channel, packet.length());
        next++;
        return true;
    }

    @Override
    public void sendClock(int channel, IngressStream stream) {
        if (!hasRoom()) {
            return;
        }
        int at = (int) next & mask;
        int word = WORDS * at;
        packets[at] = null;
        words[word] = pair(channel, stream.clockRateHz());
        words[word + 1] = pair(stream.ssrc(), stream.clock().reportTimestamp());
        words[word + 2] = stream.clock().reportNtp();
        words[word + 3] = stream.clock().publisherOffsetNs();
        next++;
    }

    private static long pair(int high, int low) {
        return (long) high << 32 | low & 0xFFFF_FFFFL;
    }

    private boolean hasRoom() {
        if (next - reclaimed > mask) {
            reclaim();
        }
        return next - reclaimed <= mask;
    }

    /** Gives back what has been read. */
    private void reclaim() {
        reclaim((long) HEAD.getAcquire(this));
    }

    private void reclaim(long done) {
        while (reclaimed < done) {
            int at = (int) reclaimed++ & mask;
            PacketBuffer packet = packets[at];
            if (packet != null) {
                packets[at] = null;
                packet.release();
            }
        }
    }

    /** Shows the reader what was sent since the last call; false if that is nothing. */
    boolean publish() {
        reclaim();
        if (next == (long) TAIL.getOpaque(this)) {
            return false;
        }
        // Volatile: whether the reader waits is looked at afterwards, and it looks here after saying that it does.
        TAIL.setVolatile(this, next);
        return true;
    }

    /** Gives back everything, read or not, and waits until the reader has noticed: its shard ends. */
    void close() {
        closed = true;
        while (reading) {
            Thread.onSpinWait();
        }
        reclaim(next);
    }

    // --- the reader -----------------------------------------------------------------------------------------------

    boolean isEmpty() {
        return closed || read == (long) TAIL.getVolatile(this);
    }

    /** Takes note of what is there now: {@link #drain} goes no further. */
    void look() {
        seen = (long) TAIL.getAcquire(this);
    }

    /** Delivers what {@link #look} has seen, at most {@code limit} entries. */
    void drain(int limit, PipeEnd to, long nowNs) {
        // Before the look at closed: either that is seen here, or this is seen by close().
        reading = true;
        try {
            if (!closed) {
                deliver(limit, to, nowNs);
            }
        } finally {
            reading = false;
        }
    }

    private void deliver(int limit, PipeEnd to, long nowNs) {
        long end = Math.min(seen, read + limit);
        while (read < end) {
            int at = (int) read & mask;
            PacketBuffer packet = packets[at];
            if (packet == null) {
                deliverClock(WORDS * at, to.replicas());
                HEAD.setRelease(this, ++read);
            } else {
                deliver(packet, words[WORDS * at], to, nowNs);
            }
        }
    }

    private void deliver(PacketBuffer packet, long word, PipeEnd to, long nowNs) {
        int length = (int) word;
        PacketBuffer copy = to.pool().acquire();
        if (copy != null) {
            copy.length(length);
            copy.copyFrom(0, packet, 0, length);
            copy.receivedNs(packet.receivedNs());
        }
        // From here on the packet is its owner's again, whatever comes of the copy.
        HEAD.setRelease(this, ++read);
        if (copy == null) {
            to.replicas().dropped(DropReason.POOL_EMPTY);
            return;
        }
        to.counters().packets().increment();
        to.counters().bytes().add(length);
        try {
            to.replicas().onPacket((int) (word >>> 32), copy, nowNs);
        } finally {
            copy.release();
        }
    }

    private void deliverClock(int word, ReplicaDirectory replicas) {
        var replica = replicas.find((int) (words[word] >>> 32));
        if (replica != null) {
            replica.clockMoved(
                    (int) (words[word + 1] >>> 32),
                    (int) words[word],
                    words[word + 2],
                    (int) words[word + 1],
                    words[word + 3]);
        }
    }
}

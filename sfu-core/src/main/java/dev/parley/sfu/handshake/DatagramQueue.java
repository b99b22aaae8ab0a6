package dev.parley.sfu.handshake;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.dtls.DtlsRecords;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams between a shard and the virtual thread of one association: the shard puts, the thread takes. Bounded, so
 * that a flood costs the flooder's own handshake and no memory.
 */
final class DatagramQueue implements DatagramTransport {
    /** What we send, so that no path fragments it, in bytes: WebRTC's usual MTU. */
    private static final int SEND_LIMIT = 1_200;
    /** What we take, in bytes: a packet buffer, since the remote side may send what its own path carries. */
    private static final int RECEIVE_LIMIT = 2_048;

    private final int capacity;
    private final ChangeCipherSpecGate gate;
    private final Consumer<byte[]> transmit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();
    private boolean closed;

    DatagramQueue(int capacity, ChangeCipherSpecGate gate, Consumer<byte[]> transmit) {
        this.capacity = capacity;
        this.gate = gate;
        this.transmit = transmit;
    }

    /** Copies a datagram in; called by the shard, never blocks for longer than the copy of another one. */
    @Nullable
    DropReason offer(PacketBuffer datagram) {
        if (!DtlsRecords.isWellFormed(datagram)) {
            return DropReason.DTLS_MALFORMED;
        }
        byte[] copy = datagram.toByteArray();
        lock.lock();
        try {
            if (closed) {
                return DropReason.UNEXPECTED_STATE;
            }
            if (datagrams.size() >= capacity) {
                return DropReason.DTLS_LIMIT;
            }
            datagrams.add(copy);
            changed.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a datagram.
     *
     * @param waitMillis 0 waits for ever, as BouncyCastle's own transport does
     * @return its length, or -1 when none came in time
     * @throws InterruptedIOException once the queue is closed: the one exception that BouncyCastle passes on after a
     *     handshake without telling the remote side of an internal error
     */
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        long remainingNs = waitMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(waitMillis);
        lock.lock();
        try {
            while (true) {
                int received = poll(buffer, offset, length);
                if (received > 0) {
                    return received;
                }
                if (remainingNs <= 0) {
                    return -1;
                }
                remainingNs = changed.awaitNanos(remainingNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** The next datagram of which the gate leaves something, or 0 when there is none. */
    private int poll(byte[] buffer, int offset, int length) throws IOException {
        if (closed) {
            throw new InterruptedIOException("closed");
        }
        for (byte[] datagram = datagrams.poll(); datagram != null; datagram = datagrams.poll()) {
            int admitted = Math.min(length, gate.admit(datagram));
            if (admitted > 0) {
                System.arraycopy(datagram, 0, buffer, offset, admitted);
                return admitted;
            }
        }
        return 0;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        transmit.accept(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    /** Wakes the thread and takes no more; what the thread still has to say goes out. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            datagrams.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int getSendLimit() {
        return SEND_LIMIT;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }
}

package dev.parley.sfu.nativepeer;

import dev.parley.sfu.SfuStats;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What native peers have done in this process. libwebrtc is one a process, so these are too. Knows nothing of libwebrtc:
 * reading them loads no library.
 */
public final class NativeCounters {
    /**
     * What a closed connection leaves behind: webrtc-java gives back its handle of the connection but not the connection.
     * Measured over thousands of connections.
     */
    public static final long LEAKED_BYTES_PER_CONNECTION = 180_000;

    private static final NativeCounters PROCESS = new NativeCounters();

    private final AtomicInteger connectionsOpen = new AtomicInteger();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder callbackFailures = new LongAdder();
    private final LongAdder framesSent = new LongAdder();
    private final LongAdder framesReceived = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    private NativeCounters() {}

    /** Those of this process. */
    public static NativeCounters ofProcess() {
        return PROCESS;
    }

    /** All of them as they are now. */
    public SfuStats.NativePeers snapshot() {
        long closed = connectionsClosed.sum();
        return new SfuStats.NativePeers(
                connectionsOpen.get(),
                closed,
                closed * LEAKED_BYTES_PER_CONNECTION,
                callbackFailures.sum(),
                framesSent.sum(),
                framesReceived.sum(),
                dropped.sum());
    }

    void connectionOpened() {
        connectionsOpen.incrementAndGet();
    }

    void connectionClosed() {
        connectionsOpen.decrementAndGet();
        connectionsClosed.increment();
    }

    void callbackFailed() {
        callbackFailures.increment();
    }

    void frameSent() {
        framesSent.increment();
    }

    void frameReceived() {
        framesReceived.increment();
    }

    void dropped() {
        dropped.increment();
    }
}

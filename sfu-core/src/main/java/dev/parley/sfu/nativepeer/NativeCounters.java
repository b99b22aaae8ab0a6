package dev.parley.sfu.nativepeer;

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
    private final LongAdder framesDropped = new LongAdder();

    private NativeCounters() {}

    /** Those of this process. */
    public static NativeCounters ofProcess() {
        return PROCESS;
    }

    /** Connections open now. */
    public int connectionsOpen() {
        return connectionsOpen.get();
    }

    /** Connections closed since the start. */
    public long connectionsClosed() {
        return connectionsClosed.sum();
    }

    /** Memory that closed connections have not given back, as an estimate. */
    public long leakedBytes() {
        return connectionsClosed() * LEAKED_BYTES_PER_CONNECTION;
    }

    /** Exceptions of our own or an embedder's code that were caught on their way out of a callback. */
    public long callbackFailures() {
        return callbackFailures.sum();
    }

    /** Video frames that Java code has given to encoders. */
    public long framesSent() {
        return framesSent.sum();
    }

    /** Decoded video frames. */
    public long framesReceived() {
        return framesReceived.sum();
    }

    /** Decoded video frames and samples that were thrown away because whoever receives them was busy. */
    public long framesDropped() {
        return framesDropped.sum();
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

    void frameDropped() {
        framesDropped.increment();
    }
}

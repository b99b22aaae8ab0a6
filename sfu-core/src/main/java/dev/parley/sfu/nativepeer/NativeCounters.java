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
     * What a closed connection leaves behind, besides its sections: webrtc-java gives back its handle of the connection, but
     * not the connection. Measured over churns of 500 connections.
     */
    private static final long LEAKED_PER_CONNECTION_BYTES = 60_000;

    /** And what each of its media sections leaves behind. */
    private static final long LEAKED_PER_SECTION_BYTES = 110_000;

    private static final NativeCounters PROCESS = new NativeCounters();

    private final AtomicInteger connectionsOpen = new AtomicInteger();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder sectionsClosed = new LongAdder();
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
                leakedBytes(closed, sectionsClosed.sum()),
                callbackFailures.sum(),
                framesSent.sum(),
                framesReceived.sum(),
                dropped.sum());
    }

    void connectionOpened() {
        connectionsOpen.incrementAndGet();
    }

    static long leakedBytes(long connections, long sections) {
        return connections * LEAKED_PER_CONNECTION_BYTES + sections * LEAKED_PER_SECTION_BYTES;
    }

    void connectionClosed(int sections) {
        connectionsOpen.decrementAndGet();
        connectionsClosed.increment();
        sectionsClosed.add(sections);
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

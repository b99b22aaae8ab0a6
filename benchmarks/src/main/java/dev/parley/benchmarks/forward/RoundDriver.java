package dev.parley.benchmarks.forward;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Feeds one forwarder at a time, at the speed at which it forwards: while the packets of a frame are leaving, the next
 * frame is put into the forwarder's socket. So it never waits and never finds two frames at once, and each frame can
 * leave as one run, whoever forwards it.
 */
final class RoundDriver {
    private static final long STALLED_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long SPARING_NS = 20_000;

    /**
     * Spins between two looks, about 2 µs: each look takes the cache line of the count away from the thread that counts,
     * which then waits for it with its next packet.
     */
    private static final int SPINS_PER_LOOK = 64;

    private final LoopbackSocket publisher;
    private final PublisherStream stream;
    private boolean sparing;

    RoundDriver(LoopbackSocket publisher, PublisherStream stream) {
        this.publisher = publisher;
        this.stream = stream;
    }

    /** Whether to leave the core to others while it waits, such as the compiler, at the price of being late. */
    void sparing(boolean nowSparing) {
        sparing = nowSparing;
    }

    /** Sends the frames that the stream has prepared, and tells what forwarding them has cost. */
    Forwarder.Cost round(Forwarder forwarder, Shape shape, int frames) throws IOException {
        forwarder.begin(shape.receivers(), shape.gso(), stream.firstIndex());
        publisher.segmentBytes(shape.gso() == 1 ? 0 : shape.packetBytes() + PublisherStream.TAG_BYTES);
        long packetsPerFrame = (long) shape.receivers() * shape.gso();
        long target = forwarder.packetsOut();
        for (int i = 0; i < frames; i++) {
            if (!publisher.send(stream.frame(i), stream.frame(i).byteSize(), forwarder.port())) {
                throw new IOException("cannot send a frame");
            }
            await(forwarder, target + packetsPerFrame / 2);
            target += packetsPerFrame;
        }
        await(forwarder, target);
        return forwarder.end();
    }

    private void await(Forwarder forwarder, long packetsOut) throws IOException {
        long endNs = 0;
        for (int looks = 0; forwarder.packetsOut() < packetsOut; looks++) {
            if (sparing) {
                LockSupport.parkNanos(SPARING_NS);
            } else {
                spin();
            }
            if (sparing || (looks & 0xFF) == 0) {
                endNs = endNs == 0 ? System.nanoTime() + STALLED_NS : endNs;
                if (System.nanoTime() - endNs > 0) {
                    throw new IOException("forwarding has stalled: " + (packetsOut - forwarder.packetsOut())
                            + " packets are missing");
                }
            }
        }
    }

    private static void spin() {
        for (int i = 0; i < SPINS_PER_LOOK; i++) {
            Thread.onSpinWait();
        }
    }
}

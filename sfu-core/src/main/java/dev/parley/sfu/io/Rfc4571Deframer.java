package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one TCP stream into the packets framed in it (RFC 4571 §2: 16 bits of length, then the packet). Owned by the
 * port's thread. It holds one packet buffer while a packet is incomplete, and none otherwise.
 */
final class Rfc4571Deframer {
    /** Takes the packets out of the stream, one by one, in order. */
    interface Sink {
        /** A whole packet, whose reference passes to the sink. */
        void onFrame(PacketBuffer frame);
    }

    private final PacketPool pool;
    private final DropCounters drops;
    private @Nullable PacketBuffer partial;
    private int headerBytes;
    private int frameLength;
    private int missing;
    private boolean closed;

    Rfc4571Deframer(PacketPool pool, DropCounters drops) {
        this.pool = pool;
        this.drops = drops;
    }

    /**
     * Takes the stream's next bytes, all of them unless {@link #close()} is called meanwhile.
     *
     * @return false if a frame is longer than a packet may be: the stream cannot be followed any more
     */
    boolean feed(ByteBuffer data, Sink sink) {
        while (data.hasRemaining() && !closed) {
            if (headerBytes < 2) {
                frameLength = frameLength << 8 | data.get() & 0xFF;
                if (++headerBytes == 2 && !beginFrame()) {
                    return false;
                }
            } else {
                takeBody(data, sink);
            }
        }
        return true;
    }

    /** Gives an incomplete packet back and takes no more. */
    void close() {
        closed = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private boolean beginFrame() {
        if (frameLength > PacketPool.PACKET_CAPACITY) {
            return false;
        }
        missing = frameLength;
        if (frameLength == 0) {
            endFrame(); // RFC 4571 §2: a null packet, which carries nothing.
            return true;
        }
        partial = pool.acquire();
        if (partial == null) {
            // The stream stays in step: the packet's bytes are skipped.
            drops.count(DropReason.POOL_EMPTY);
        }
        return true;
    }

    private void takeBody(ByteBuffer data, Sink sink) {
        int bytes = Math.min(missing, data.remaining());
        PacketBuffer packet = partial;
        if (packet != null) {
            ByteBuffer target = packet.nio(frameLength - missing, bytes);
            target.put(target.position(), data, data.position(), bytes);
        }
        data.position(data.position() + bytes);
        missing -= bytes;
        if (missing > 0) {
            return;
        }
        int length = frameLength;
        partial = null;
        endFrame();
        if (packet != null) {
            packet.length(length);
            sink.onFrame(packet);
        }
    }

    private void endFrame() {
        headerBytes = 0;
        frameLength = 0;
    }
}

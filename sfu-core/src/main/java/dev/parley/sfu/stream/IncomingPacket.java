package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * A packet of a publisher on its way to the receivers, with all that its {@link IngressStream} knows of it, so that it
 * can be forwarded later in the turn than it came. Reused; owned by the shard.
 */
public final class IncomingPacket {
    private final RtpPacket rtp = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private boolean vp8Known;
    private @Nullable IngressStream stream;
    private @Nullable PayloadFormat format;
    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private boolean passesExtensions;
    private long sequence;
    private boolean newest;
    private boolean keyframeStart;
    private int frameNumber = EgressHeader.NO_FRAME_NUMBER;
    private long nowNs;
    private boolean forwarded;
    private boolean repeatable;

    /** Takes over the packet that {@code source} is delivering, and retains it until {@link #release()}. */
    public void take(IngressStream source, RtpPacket packet, long deliveredNs) {
        PacketBuffer buffer = packet.packet().retain();
        // Both have been read before, so neither can fail.
        rtp.wrap(buffer);
        rtp.refreshPayload();
        vp8Known = source.vp8() != null && vp8.wrap(rtp);
        stream = source;
        format = source.format();
        extensions = source.extensions();
        passesExtensions = source.passesExtensions();
        sequence = source.sequence();
        newest = source.isNewest();
        keyframeStart = source.keyframeStart();
        frameNumber = source.frameNumber();
        nowNs = deliveredNs;
        forwarded = false;
        repeatable = false;
    }

    /** Gives the packet back; the stream keeps it for a while if somebody may ask for it again. */
    public void release() {
        if (repeatable) {
            stream().history().store(rtp.packet(), extensions, sequence, nowNs);
        }
        rtp.packet().release();
        stream = null;
    }

    /** It has been sent to somebody who may ask for it again. */
    void markRepeatable() {
        repeatable = true;
    }

    /** Somebody was sent it. */
    public void markForwarded() {
        forwarded = true;
    }

    public boolean isForwarded() {
        return forwarded;
    }

    /** When it arrived at the server, in the shard's nanoseconds. */
    public long receivedNs() {
        return rtp.packet().receivedNs();
    }

    RtpPacket rtp() {
        return rtp;
    }

    IngressStream stream() {
        IngressStream current = stream;
        if (current == null) {
            throw new IllegalStateException("no packet has been taken");
        }
        return current;
    }

    PayloadFormat format() {
        PayloadFormat current = format;
        if (current == null) {
            throw new IllegalStateException("no packet has been taken");
        }
        return current;
    }

    RtpExtensionMap extensions() {
        return extensions;
    }

    /** Whether it has header extensions that receivers are to see. */
    boolean passesExtensions() {
        return passesExtensions;
    }

    /** The unwrapped sequence number. */
    long sequence() {
        return sequence;
    }

    /** Whether it came in order: no later packet of the stream was before it. */
    boolean isNewest() {
        return newest;
    }

    boolean keyframeStart() {
        return keyframeStart;
    }

    /** The frame number in the dependency descriptor, or -1 without one. */
    int frameNumber() {
        return frameNumber;
    }

    /** The VP8 descriptor, or {@code null} when there is none. */
    @Nullable
    Vp8Descriptor vp8() {
        return vp8Known ? vp8 : null;
    }

    /** The clock when it was delivered. */
    public long nowNs() {
        return nowNs;
    }
}

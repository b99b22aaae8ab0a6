package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RedPayload;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * A packet of a publisher on its way to the receivers, with all that its {@link IngressStream} knows of it, so that it
 * can be forwarded later in the turn than it came. Reused; owned by the shard.
 */
public final class IncomingPacket {
    /** Leaves room for any header that is written anew, and for the tag. */
    private static final int MAX_USUAL_PAYLOAD = PacketPool.PACKET_CAPACITY - 512;

    private final RtpPacket rtp = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private boolean vp8Known;
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private boolean vp9Known;
    private final RedPayload red = new RedPayload();
    private boolean redKnown;
    private final FrameLayers layers = new FrameLayers();
    private @Nullable IngressStream stream;
    private @Nullable PayloadFormat format;
    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private boolean passesExtensions;
    private boolean passesDescriptor;
    private long sequence;
    private boolean newest;
    private boolean newPicture;
    private boolean keyframeStart;
    private long nowNs;
    private int absSendTime;
    /** How many packets from this one on are plain, of one stream and of one format; 0 if this one is not. */
    private int runLength;

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
        vp9Known = format.codec() == Codec.VP9 && vp9.wrap(rtp);
        redKnown = format.codec() == Codec.RED && red.wrap(rtp);
        sequence = source.sequence();
        newest = source.isNewest();
        newPicture = source.isNewPicture();
        keyframeStart = source.keyframeStart();
        passesDescriptor = source.passesDescriptor();
        layers.copyFrom(source.layers());
        nowNs = deliveredNs;
        absSendTime = AbsSendTime.fromNs(deliveredNs);
        forwarded = false;
        repeatable = false;
    }

    /**
     * Finds the stretches of packets that all receivers can take in one go. Plain is a packet in order, with a payload
     * of usual length and without header extensions that are about the media.
     */
    public static void findRuns(IncomingPacket[] packets, int count) {
        for (int i = count - 1; i >= 0; i--) {
            IncomingPacket packet = packets[i];
            boolean plain =
                    packet.newest && !packet.passesExtensions && !packet.passesDescriptor && packet.hasUsualLength();
            boolean goesOn = plain && i + 1 < count && packet.isLike(packets[i + 1]);
            packet.runLength = goesOn ? packets[i + 1].runLength + 1 : plain ? 1 : 0;
        }
    }

    private boolean hasUsualLength() {
        return rtp.payloadLength() > 0 && rtp.payloadLength() <= MAX_USUAL_PAYLOAD;
    }

    @SuppressWarnings("ReferenceEquality") // Formats are the stream's own; that they are equal matters less than time.
    private boolean isLike(IncomingPacket next) {
        return next.stream == stream && next.format == format;
    }

    /** How many packets from this one on can be taken in one go, as {@link #findRuns} has found. */
    int runLength() {
        return runLength;
    }

    /** Gives the packet back; the stream keeps it for a while if somebody may ask for it again. */
    public void release() {
        if (repeatable) {
            stream().history().store(rtp.packet(), extensions, sequence, nowNs);
        }
        rtp.packet().release();
        stream = null;
    }

    /** It has been sent to somebody, who may ask for it again or not. */
    void sent(boolean mayBeRepeated) {
        forwarded = true;
        repeatable |= mayBeRepeated;
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

    /** Whether it came in order and is of another picture than those before it, be it its first packet or not. */
    boolean isNewPicture() {
        return newPicture;
    }

    boolean keyframeStart() {
        return keyframeStart;
    }

    /** What it says of its frame's layers. */
    FrameLayers layers() {
        return layers;
    }

    /** Whether receivers are to see its dependency descriptor. */
    boolean passesDescriptor() {
        return passesDescriptor;
    }

    /** The VP9 descriptor, or {@code null} when there is none. */
    @Nullable
    Vp9Descriptor vp9() {
        return vp9Known ? vp9 : null;
    }

    /** The VP8 descriptor, or {@code null} when there is none. */
    @Nullable
    Vp8Descriptor vp8() {
        return vp8Known ? vp8 : null;
    }

    /** The blocks of redundant audio, or {@code null} when there are none, or none that can be read. */
    @Nullable
    RedPayload red() {
        return redKnown ? red : null;
    }

    /** {@link #nowNs()} as abs-send-time has it. */
    int absSendTime() {
        return absSendTime;
    }

    /** The clock when it was delivered. */
    public long nowNs() {
        return nowNs;
    }
}

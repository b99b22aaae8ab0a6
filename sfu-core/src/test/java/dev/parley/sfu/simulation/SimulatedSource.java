package dev.parley.sfu.simulation;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic camera or microphone of a client: frames at a steady pace, each packet marked so that the far end knows
 * what it has got. A camera sends a keyframe first, and whenever it is asked for one.
 */
public final class SimulatedSource {
    static final int SILENCE_DBOV = 127;
    private static final int MAX_RED_OFFSET = 1 << 14;

    private final SimulatedClient client;
    private final SentStream stream;
    private final boolean video;
    private long intervalNs;
    private int packetsPerFrame;
    private int packetBytes = 200;
    /** From capture to the first packet: what an encoder takes. */
    private final long encodingNs;

    /** What the frame before held, if it is to be repeated (RFC 2198). */
    private byte @Nullable [] redundant;

    private int redundantTimestamp;
    private int audioLevelDbov = SILENCE_DBOV;
    private boolean keyframeWanted = true;
    private long keyframes;
    private int frame;
    private int pictureId = 100;
    private int tl0PicIdx = 7;
    private boolean running;
    private int runs;

    SimulatedSource(SimulatedClient client, SentStream stream, boolean video) {
        this.client = client;
        this.stream = stream;
        this.video = video;
        this.intervalNs = video ? 40_000_000L : 20_000_000L;
        this.packetsPerFrame = video ? 3 : 1;
        this.encodingNs = video ? 12_000_000L : 3_000_000L;
    }

    public SentStream stream() {
        return stream;
    }

    /** Changes the pace and the size of what is sent. */
    SimulatedSource shape(double framesPerSecond, int packetsEachFrame, int bytesEachPacket) {
        intervalNs = (long) (1e9 / framesPerSecond);
        packetsPerFrame = packetsEachFrame;
        packetBytes = bytesEachPacket;
        return this;
    }

    /** Where VP8's picture ids go on from. */
    void pictureId(int next) {
        pictureId = next;
    }

    /** Repeats each frame of the microphone in the packet of the next. */
    void redundant() {
        redundant = new byte[0];
        stream.payloadType(SimulatedOffer.RED);
    }

    /** How loud the microphone is from now on, in −dBov. */
    public void audioLevel(int dbov) {
        audioLevelDbov = dbov;
    }

    public void start() {
        if (!running) {
            running = true;
            int current = ++runs;
            client.sfu().clock().after(0, () -> tick(current));
        }
    }

    /** Sends nothing until the next {@link #start()}, as a client does that has muted. */
    public void stop() {
        running = false;
    }

    void requestKeyframe() {
        stream.countKeyframeRequest();
        keyframeWanted = true;
    }

    /** Keyframes sent so far. */
    public long keyframes() {
        return keyframes;
    }

    /** Frames sent so far. */
    public int frames() {
        return frame;
    }

    private void tick(int run) {
        if (running && run == runs && client.isAlive()) {
            sendFrame();
            client.sfu().clock().after(intervalNs, () -> tick(run));
        }
    }

    /** RFC 2198 §3, with one redundant block but in the first packet. */
    private byte[] audio(byte[] opus, int timestamp) {
        byte[] before = redundant;
        if (before == null) {
            return opus;
        }
        int offset = timestamp - redundantTimestamp;
        redundant = opus;
        redundantTimestamp = timestamp;
        boolean repeats = before.length > 0 && offset < MAX_RED_OFFSET;
        ByteBuffer red = ByteBuffer.allocate((repeats ? 4 + before.length : 0) + 1 + opus.length);
        if (repeats) {
            red.putInt(0x80 << 24 | SimulatedOffer.OPUS << 24 | offset << 10 | before.length);
        }
        red.put((byte) SimulatedOffer.OPUS);
        if (repeats) {
            red.put(before);
        }
        return red.put(opus).array();
    }

    private void sendFrame() {
        long capturedNs = client.sfu().clock().nowNs() - encodingNs;
        int timestamp = stream.timestamp(client.clockNs(capturedNs));
        boolean keyframe = video && keyframeWanted;
        if (keyframe) {
            keyframeWanted = false;
            keyframes++;
        }
        for (int index = 0; index < packetsPerFrame; index++) {
            SimulatedPayload payload = new SimulatedPayload(
                    stream.ssrc(), frame, index, packetsPerFrame, capturedNs, keyframe, pictureId, tl0PicIdx);
            boolean last = index == packetsPerFrame - 1;
            stream.send(
                    video ? payload.toVp8(packetBytes) : audio(payload.toOpus(), timestamp),
                    timestamp,
                    video ? last : frame == 0,
                    audioLevelDbov);
        }
        frame++;
        pictureId = pictureId + 1 & 0x7FFF;
        tl0PicIdx = tl0PicIdx + 1 & 0xFF;
    }
}

package dev.parley.sfu.simulation;

import java.util.Arrays;
import java.util.Random;

/**
 * Media shaped as Chromium's on the wire: VP8 at 720p, 1.76 Mbit/s and 30 frames a second, 6.6 packets a frame in the
 * mean, equal to within one byte with the larger ones last, 50 to 70 µs apart, a frame spanning 0.3 ms in the median and
 * 1 ms in 90 % of cases; and Opus, whose packets are all of different sizes.
 */
final class BrowserCamera {
    private static final long FRAME_NS = 33_333_333L;
    private static final long AUDIO_NS = 20_000_000L;
    private static final int MEAN_FRAME_BYTES = 7_333;
    private static final int KEYFRAME_BYTES = 30_000;
    private static final int MAX_PACKET_BYTES = 1_180;
    /** One frame in so many is held up once on its way through the sender's pacer, for about so long. */
    private static final double HELD_UP_SHARE = 0.3;

    private static final double HELD_UP_NS = 700_000;

    private final SimulatedClient client;
    private final SentStream video;
    private final SentStream audio;
    private final Random random;
    private boolean keyframeWanted = true;
    private long keyframeRequests;
    private int frame;
    private int audioFrame;
    /** Of frames that are no keyframes, which are larger. */
    private long packets;

    private int shaped;
    private final long[] spansNs = new long[10_000];

    BrowserCamera(SimulatedClient client, SentStream video, SentStream audio, long seed) {
        this.client = client;
        this.video = video;
        this.audio = audio;
        this.random = new Random(seed);
    }

    void start() {
        client.sfu().clock().after(random.nextLong(FRAME_NS), this::sendFrame);
        client.sfu().clock().after(random.nextLong(AUDIO_NS), this::sendAudio);
    }

    private void sendFrame() {
        keyframeWanted |= video.keyframeRequests() > keyframeRequests;
        keyframeRequests = video.keyframeRequests();
        boolean keyframe = keyframeWanted;
        keyframeWanted = false;
        double size = keyframe ? KEYFRAME_BYTES : MEAN_FRAME_BYTES * (1 + 0.2 * random.nextGaussian());
        int bytes = (int) Math.max(500, size);
        int count = (bytes + MAX_PACKET_BYTES - 1) / MAX_PACKET_BYTES;
        int larger = bytes % count;
        long capturedNs = client.sfu().clock().nowNs();
        int timestamp = video.timestamp(client.clockNs(capturedNs));
        int heldUp = random.nextDouble() < HELD_UP_SHARE ? random.nextInt(count) : -1;
        long atNs = capturedNs;
        for (int index = 0; index < count; index++) {
            SimulatedPayload payload = new SimulatedPayload(
                    video.ssrc(), frame, index, count, capturedNs, keyframe, frame & 0x7FFF, frame & 0xFF);
            byte[] packet = payload.toVp8(bytes / count + (index >= count - larger ? 1 : 0));
            boolean last = index == count - 1;
            client.sfu().clock().at(atNs, () -> video.send(packet, timestamp, last, 0));
            spansNs[shaped] = atNs - capturedNs;
            atNs += random.nextLong(50_000, 70_000);
            atNs += index == heldUp ? (long) (-Math.log(1 - random.nextDouble()) * HELD_UP_NS) : 0;
        }
        frame++;
        packets += keyframe ? 0 : count;
        shaped += keyframe ? 0 : 1;
        client.sfu().clock().at(capturedNs + FRAME_NS, this::sendFrame);
    }

    private void sendAudio() {
        long nowNs = client.sfu().clock().nowNs();
        SimulatedPayload payload = new SimulatedPayload(audio.ssrc(), audioFrame, 0, 1, nowNs, false, -1, -1);
        byte[] opus = Arrays.copyOf(payload.toOpus(), 60 + random.nextInt(60));
        audio.send(opus, audio.timestamp(client.clockNs(nowNs)), audioFrame == 0, 30);
        audioFrame++;
        client.sfu().clock().at(nowNs + AUDIO_NS, this::sendAudio);
    }

    double packetsPerFrame() {
        return (double) packets / shaped;
    }

    /** From a frame's first packet to its last: at {@code quantile}, 0 to 1. */
    double spanMs(double quantile) {
        long[] sorted = Arrays.copyOf(spansNs, shaped);
        Arrays.sort(sorted);
        return sorted[(int) (quantile * sorted.length)] / 1e6;
    }
}

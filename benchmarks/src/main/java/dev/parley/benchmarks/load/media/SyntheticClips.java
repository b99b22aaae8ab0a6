package dev.parley.benchmarks.load.media;

import dev.parley.sfu.rtp.Codec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Clips in the shape of real ones, of noise that no decoder could read: sizes, rates, layers and packets are right. For
 * tests, and where there is no libwebrtc to make real ones with.
 */
public final class SyntheticClips {
    private static final int VIDEO_HZ = 90_000;
    private static final int AUDIO_HZ = 48_000;
    private static final int OPUS_TICKS = 960;
    private static final int OPUS_BYTES = 80;
    /** A keyframe is so many times as large as another frame. */
    private static final int KEYFRAME_FACTOR = 8;

    private static final int SEED = 4_711;

    private SyntheticClips() {}

    /** A layer to be made. */
    public record LayerShape(String rid, int width, int height, int bitsPerSecond) {}

    /** The three layers that browsers send of a camera at 720p. */
    public static List<LayerShape> simulcast() {
        return List.of(
                new LayerShape("q", 320, 180, 150_000),
                new LayerShape("h", 640, 360, 500_000),
                new LayerShape("f", 1280, 720, 1_700_000));
    }

    /** Opus in packets of 20 ms at 32 kbit/s. */
    public static MediaClip audio(int seconds) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<EncodedFrame> frames = new ArrayList<>();
        for (int time = 0; time < seconds * AUDIO_HZ; time += OPUS_TICKS) {
            byte[] data = new byte[OPUS_BYTES - 8 + random.nextInt(16)];
            random.nextBytes(data);
            // RFC 6716 §3.1: CELT, 20 ms, mono, one frame.
            data[0] = (byte) 0xF8;
            frames.add(EncodedFrame.plain(time, true, data));
        }
        return new MediaClip(
                "noise", Codec.OPUS, AUDIO_HZ, seconds * AUDIO_HZ, List.of(new Encoding("", 0, 0, frames)));
    }

    /** Video with a keyframe every two seconds, and three temporal layers in VP8. */
    public static MediaClip video(Codec codec, List<LayerShape> layers, int seconds, int framesPerSecond) {
        List<Encoding> encodings = new ArrayList<>();
        for (LayerShape layer : layers) {
            SplittableRandom random = new SplittableRandom(SEED + layer.bitsPerSecond());
            encodings.add(new Encoding(
                    layers.size() == 1 ? "" : layer.rid(),
                    layer.width(),
                    layer.height(),
                    frames(codec, layer, seconds, framesPerSecond, random)));
        }
        return new MediaClip("noise", codec, VIDEO_HZ, seconds * VIDEO_HZ, encodings);
    }

    private static List<EncodedFrame> frames(
            Codec codec, LayerShape layer, int seconds, int framesPerSecond, SplittableRandom random) {
        List<EncodedFrame> frames = new ArrayList<>();
        int group = 2 * framesPerSecond;
        int mean = layer.bitsPerSecond() / 8 * 2 / (group - 1 + KEYFRAME_FACTOR);
        for (int i = 0; i < seconds * framesPerSecond; i++) {
            boolean key = i % group == 0;
            int temporalId = codec != Codec.VP8 || i % 4 == 0 ? 0 : i % 2 == 0 ? 1 : 2;
            int size = key ? mean * KEYFRAME_FACTOR : mean * 3 / 4 + random.nextInt(mean / 2 + 1);
            byte[] noise = new byte[Math.max(size, 24)];
            random.nextBytes(noise);
            frames.add(new EncodedFrame(
                    i * (VIDEO_HZ / framesPerSecond),
                    key,
                    0,
                    temporalId,
                    !key,
                    false,
                    temporalId > 0,
                    true,
                    new byte[0],
                    dressed(codec, noise, key)));
        }
        return frames;
    }

    /** What stands at the front of a frame of each codec. */
    private static byte[] dressed(Codec codec, byte[] noise, boolean key) {
        return switch (codec) {
            case VP8 -> vp8(noise, key);
            case H264 -> annexB(noise, key);
            case AV1 -> obus(noise, key);
            default -> noise;
        };
    }

    /** RFC 7741 §4.3: the lowest bit is 0 in a keyframe. */
    private static byte[] vp8(byte[] noise, boolean key) {
        noise[0] = (byte) (key ? noise[0] & ~1 : noise[0] | 1);
        return noise;
    }

    private static byte[] annexB(byte[] noise, boolean key) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        if (key) {
            unit.writeBytes(new byte[] {0, 0, 0, 1, 0x67, 0x42, (byte) 0xE0, 0x1F, 1});
            unit.writeBytes(new byte[] {0, 0, 0, 1, 0x68, (byte) 0xCE, 0x38, (byte) 0x80});
        }
        unit.writeBytes(new byte[] {0, 0, 0, 1, (byte) (key ? 0x65 : 0x41)});
        for (byte octet : noise) {
            // No start code within, and no zero at the end.
            unit.write(octet | 1);
        }
        return unit.toByteArray();
    }

    private static byte[] obus(byte[] noise, boolean key) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        if (key) {
            // A sequence header of 4 bytes.
            unit.writeBytes(new byte[] {0x0A, 0x04, 0x00, 0x00, 0x00, 0x24});
        }
        // A frame, with its size in two or three bytes.
        unit.write(0x32);
        int size = noise.length;
        while (size >= 0x80) {
            unit.write(size & 0x7F | 0x80);
            size >>>= 7;
        }
        unit.write(size);
        unit.writeBytes(noise);
        return unit.toByteArray();
    }
}

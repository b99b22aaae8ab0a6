package dev.parley.benchmarks.clips;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.media.Encoding;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecordedClipsTest {
    private final RecordedClips clips = new RecordedClips();

    @Test
    void cameraInVp8HasThreeLayersThatDecodersKnow() {
        MediaClip clip = clips.camera(Codec.VP8);
        assertEquals(
                List.of("q", "h", "f"),
                clip.encodings().stream().map(Encoding::rid).toList());
        assertEquals(
                List.of(320, 640, 1_280),
                clip.encodings().stream().map(Encoding::width).toList());
        for (Encoding encoding : clip.encodings()) {
            byte[] keyframe = encoding.frames().getFirst().data();
            // RFC 6386 §9.1: the start code, and the size that the layer says it has.
            assertEquals(0x9D012A, (keyframe[3] & 0xFF) << 16 | (keyframe[4] & 0xFF) << 8 | keyframe[5] & 0xFF);
            assertEquals(encoding.width(), (keyframe[7] & 0x3F) << 8 | keyframe[6] & 0xFF);
        }
        assertTrue(clip.bitsPerSecond() > 1_500_000 && clip.bitsPerSecond() < 2_000_000, "" + clip.bitsPerSecond());
    }

    @Test
    void everyCodecHasAClipOfSeconds() {
        for (Codec codec : List.of(Codec.VP8, Codec.VP9, Codec.H264, Codec.AV1)) {
            MediaClip clip = clips.camera(codec);
            assertEquals(codec, clip.codec());
            for (Encoding encoding : clip.encodings()) {
                long pictures = encoding.frames().stream()
                        .mapToInt(frame -> frame.timeTicks())
                        .distinct()
                        .count();
                assertTrue(pictures > 0.95 * 30 * clip.seconds(), codec + " has " + pictures);
            }
        }
    }

    @Test
    void cameraInVp9HasSpatialAndTemporalLayers() {
        Encoding encoding = clips.camera(Codec.VP9).encodings().getFirst();
        assertEquals(3, encoding.spatialLayers());
        assertEquals(
                2,
                encoding.frames().stream()
                        .mapToInt(frame -> frame.temporalId())
                        .max()
                        .orElseThrow());
        for (int i = 0; i < encoding.frames().size(); i += 3) {
            assertTrue(encoding.frames().get(i + 2).lastOfPicture());
            assertEquals(2, encoding.frames().get(i + 2).spatialId());
        }
    }

    @Test
    void speechHasPausesAndIsWhole() {
        MediaClip clip = clips.audio();
        assertEquals(
                50 * (int) clip.seconds(), clip.encodings().getFirst().frames().size());
        long sizes = clip.encodings().getFirst().frames().stream()
                .mapToInt(frame -> frame.data().length)
                .distinct()
                .count();
        assertTrue(sizes > 10, "all packets alike: " + sizes);
    }

    @Test
    void h264IsPutTogetherFromAllItsPackets() throws IOException {
        byte[] stapA = {0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 2};
        byte[] first = {0x7C, (byte) 0x85, 3, 4};
        byte[] last = {0x7C, 0x45, 5};
        assertArrayEquals(
                new byte[] {0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65, 3, 4, 5},
                Depacketizer.of(Codec.H264).frame(List.of(stapA, first, last)));
        assertThrows(IOException.class, () -> Depacketizer.of(Codec.H264).frame(List.of(new byte[] {0x78, 0, 9, 1})));
    }

    @Test
    void av1GetsItsSizesBack() throws IOException {
        // N, two elements: a sequence header, and the first part of a frame that the second packet ends.
        byte[] first = {0x40 | 0x20 | 0x08, 3, 0x08, 1, 2, 0x30, 7};
        byte[] second = {(byte) (0x80 | 0x10), 8, 9};
        assertArrayEquals(
                new byte[] {0x0A, 2, 1, 2, 0x32, 3, 7, 8, 9},
                Depacketizer.of(Codec.AV1).frame(List.of(first, second)));
        assertThrows(IOException.class, () -> Depacketizer.of(Codec.AV1).frame(List.of(second)));
    }

    @Test
    void missingPacketIsToldAndPaddingIsNone() throws IOException {
        List<RecordedPacket> packets = List.of(packet(1, 10), packet(2, 10), packet(4, 20), packet(5, 30));
        assertThrows(IOException.class, () -> Frames.of(Codec.VP8, packets, Set.of()));
        List<Frames.Recorded> frames = Frames.of(Codec.VP8, packets, Set.of(3));
        assertEquals(2, frames.size());
        assertEquals(2, frames.getFirst().frame().data().length);
    }

    private static RecordedPacket packet(int sequenceNumber, int timestamp) {
        return new RecordedPacket(
                sequenceNumber, sequenceNumber, timestamp, 0, 0, true, false, false, false, new byte[0], new byte[] {1
                });
    }
}

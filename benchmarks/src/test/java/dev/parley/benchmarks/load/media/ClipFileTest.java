package dev.parley.benchmarks.load.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.sfu.rtp.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClipFileTest {
    private static final MediaClip CLIP = new MediaClip(
            "three frames",
            Codec.VP9,
            90_000,
            9_000,
            List.of(new Encoding(
                    "f",
                    640,
                    360,
                    List.of(
                            new EncodedFrame(
                                    0, true, 0, 0, false, false, false, false, new byte[] {1, 2, 3}, new byte[] {4}),
                            new EncodedFrame(0, false, 1, 0, false, true, false, true, new byte[0], new byte[] {5, 6}),
                            new EncodedFrame(
                                    3_000, false, 0, 2, true, false, true, true, new byte[0], new byte[] {7})))));

    @Test
    void aClipIsReadAsItWasWritten() throws IOException {
        MediaClip read = ClipFile.read(new ByteArrayInputStream(written()));

        assertEquals("three frames", read.name());
        assertEquals(Codec.VP9, read.codec());
        assertEquals(9_000, read.durationTicks());
        Encoding encoding = read.encodings().getFirst();
        assertEquals("f", encoding.rid());
        assertEquals(2, encoding.spatialLayers());
        for (int i = 0; i < 3; i++) {
            EncodedFrame expected = CLIP.encodings().getFirst().frames().get(i);
            EncodedFrame frame = encoding.frames().get(i);
            assertArrayEquals(expected.data(), frame.data());
            assertArrayEquals(expected.dependencyDescriptor(), frame.dependencyDescriptor());
            assertEquals(flags(expected), flags(frame));
        }
    }

    private static List<Object> flags(EncodedFrame frame) {
        return List.of(
                frame.timeTicks(),
                frame.keyframe(),
                frame.spatialId(),
                frame.temporalId(),
                frame.interPicture(),
                frame.interLayer(),
                frame.switchingUp(),
                frame.lastOfPicture());
    }

    @Test
    void aClipThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = written();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> ClipFile.read(new ByteArrayInputStream(cut)), "cut at " + length);
        }
    }

    @Test
    void whatIsNoClipIsRefused() {
        assertThrows(IOException.class, () -> ClipFile.read(new ByteArrayInputStream(new byte[64])));
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ClipFile.write(CLIP, out);
        return out.toByteArray();
    }
}

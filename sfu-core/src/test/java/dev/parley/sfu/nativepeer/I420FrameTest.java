package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class I420FrameTest {
    @ParameterizedTest
    @ValueSource(ints = {0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0x2060C0, 0x808080})
    void aColourComesBackAsItWasPainted(int rgb) {
        I420Frame frame = I420Frame.black(7, 5);
        frame.fill(0, 0, 7, 5, rgb);
        for (int shift = 0; shift <= 16; shift += 8) {
            int channel = shift;
            // BT.601 in 8 bits rounds twice.
            assertEquals(rgb >> shift & 0xFF, frame.rgb(6, 4) >> shift & 0xFF, 3, () -> "channel " + channel / 8);
        }
    }

    @Test
    void whatIsOutsideOfThePictureIsNotPainted() {
        I420Frame frame = I420Frame.black(4, 4);
        frame.fill(-10, -10, 12, 100, 0xFFFFFF);
        assertEquals(0xFFFFFF, frame.rgb(0, 0));
        assertEquals(0xFFFFFF, frame.rgb(1, 3));
        assertEquals(0, frame.rgb(2, 0));
    }

    @Test
    void aCopyKeepsWhatTheOriginalLoses() {
        I420Frame frame = I420Frame.black(3, 3);
        frame.fill(0, 0, 3, 3, 0xFFFFFF);
        I420Frame copy = frame.copy();
        frame.fill(0, 0, 3, 3, 0);
        assertEquals(0xFFFFFF, copy.rgb(2, 2));
    }

    @Test
    void planesMayHaveLongerRowsThanThePicture() {
        ByteBuffer luma = ByteBuffer.allocateDirect(2 * 64);
        I420Frame.Plane chroma = new I420Frame.Plane(ByteBuffer.wrap(new byte[] {(byte) 128}), 32);
        I420Frame frame = I420Frame.of(2, 2, new I420Frame.Plane(luma, 64), chroma, chroma);
        frame.y().set(1, 1, 235);
        assertEquals((byte) 235, luma.get(65));
        assertEquals(0xFFFFFF, frame.copy().rgb(1, 1));
    }

    @Test
    void aPlaneThatIsTooSmallIsRefusedByName() {
        I420Frame.Plane luma = new I420Frame.Plane(ByteBuffer.allocate(16), 4);
        I420Frame.Plane small = new I420Frame.Plane(ByteBuffer.allocate(3), 2);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> I420Frame.of(4, 4, luma, small, small));
        assertTrue(String.valueOf(refused.getMessage()).contains("plane u"), refused.toString());
        assertThrows(IllegalArgumentException.class, () -> I420Frame.black(0, 4));
    }
}

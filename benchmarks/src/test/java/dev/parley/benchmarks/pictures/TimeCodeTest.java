package dev.parley.benchmarks.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.sfu.nativepeer.I420Frame;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimeCodeTest {
    @Test
    void readsWhatWasPainted() {
        I420Frame picture = I420Frame.black(640, 360);
        for (long value : new long[] {0, 1, 0x80000000L, 0xFFFFFFFFL, 123_456_789}) {
            TimeCode.paint(picture, value);
            assertEquals(value, TimeCode.read(picture));
        }
    }

    @Test
    void survivesNoiseAndScaling() {
        I420Frame picture = I420Frame.black(640, 360);
        TimeCode.paint(picture, 4_242_424_242L);
        SplittableRandom random = new SplittableRandom(1);
        I420Frame half = I420Frame.black(320, 180);
        for (int y = 0; y < 180; y++) {
            for (int x = 0; x < 320; x++) {
                half.y().set(x, y, Math.clamp(picture.y().at(2 * x, 2 * y) + random.nextInt(-60, 60), 0, 255));
            }
        }
        assertEquals(4_242_424_242L, TimeCode.read(half));
    }

    @Test
    void darkOrDamagedPictureHasNoTime() {
        I420Frame picture = I420Frame.black(640, 360);
        assertEquals(TimeCode.NONE, TimeCode.read(picture));
        TimeCode.paint(picture, 77);
        picture.fill(40, 36, 40, 36, 0xFFFFFF);
        assertEquals(TimeCode.NONE, TimeCode.read(picture));
    }
}

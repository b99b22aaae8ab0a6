package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.SubscriptionHint;
import org.junit.jupiter.api.Test;

final class EncodeTargetTest {
    private static final SubscriptionHint ANY = SubscriptionHint.none();

    private static SubscriptionHint size(int widthPx, int heightPx) {
        return new SubscriptionHint(widthPx, heightPx, 0, false);
    }

    @Test
    void sourceKeepsItsSizeWhereTheConnectionCarriesIt() {
        assertEquals(1, EncodeTarget.FIRST.next(1280, 720, ANY, 3_000_000).scaleDownBy());
        assertEquals(1, EncodeTarget.FIRST.next(1280, 720, ANY, 0).scaleDownBy(), "nothing is known yet");
    }

    @Test
    void pictureIsNoLargerThanItIsShownButCoversThat() {
        assertEquals(
                2, EncodeTarget.FIRST.next(1280, 720, size(640, 360), 9_000_000).scaleDownBy());
        assertEquals(
                1.5,
                EncodeTarget.FIRST.next(1280, 720, size(640, 480), 9_000_000).scaleDownBy(),
                "a tile of another shape is covered");
        assertEquals(
                1,
                EncodeTarget.FIRST.next(640, 360, size(1920, 1080), 9_000_000).scaleDownBy());
    }

    @Test
    void narrowConnectionGetsASmallerPictureAndFewerBits() {
        EncodeTarget wide = EncodeTarget.FIRST.next(1280, 720, ANY, 3_000_000);
        EncodeTarget narrow = wide.next(1280, 720, ANY, 300_000);
        EncodeTarget narrowest = narrow.next(1280, 720, ANY, 1);
        assertTrue(narrow.scaleDownBy() >= 2, narrow.toString());
        assertTrue(narrow.maxBitrateBps() < wide.maxBitrateBps());
        assertTrue(720 / narrowest.scaleDownBy() >= 90, "what nobody can see is not worth sending");
    }

    @Test
    void sizeComesBackOnlyWithBitsToSpare() {
        EncodeTarget half = new EncodeTarget(2, 500_000);
        long justEnoughBps = justEnough(1.5);
        assertEquals(2, half.next(1280, 720, ANY, justEnoughBps).scaleDownBy());
        assertTrue(half.next(1280, 720, ANY, justEnoughBps * 14 / 10).scaleDownBy() < 2);
        // Who has the size already keeps it with the same.
        assertEquals(
                1.5,
                new EncodeTarget(1.5, 500_000)
                        .next(1280, 720, ANY, justEnoughBps)
                        .scaleDownBy());
    }

    /** The least share with which a 720p source is not scaled further than this. */
    private static long justEnough(double scale) {
        long bps = 10_000;
        while (new EncodeTarget(1, 0).next(1280, 720, ANY, bps).scaleDownBy() > scale) {
            bps += 1_000;
        }
        return bps;
    }

    @Test
    void nothingChangesBeforeTheSourceIsKnown() {
        EncodeTarget now = new EncodeTarget(2, 400_000);
        assertEquals(now, now.next(0, 0, size(320, 180), 100_000));
    }
}

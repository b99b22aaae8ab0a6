package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.rtp.Codec;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers within a stream from a publisher through the SFU to a subscriber, with 3 % loss each way: each packet is held
 * against what the encoder meant by it.
 */
final class LayeredScenarioTest {
    static Stream<Arguments> modes() {
        return Stream.of(
                Arguments.of(Codec.AV1, 3, 3, false, true),
                Arguments.of(Codec.AV1, 3, 3, true, true),
                Arguments.of(Codec.AV1, 2, 1, false, true),
                Arguments.of(Codec.AV1, 1, 3, false, true),
                Arguments.of(Codec.VP9, 3, 3, false, true),
                Arguments.of(Codec.VP9, 3, 3, true, true),
                Arguments.of(Codec.VP9, 2, 3, true, true),
                Arguments.of(Codec.VP9, 3, 3, false, false),
                Arguments.of(Codec.VP9, 1, 3, false, false),
                Arguments.of(Codec.VP8, 1, 3, false, false),
                Arguments.of(Codec.VP8, 1, 3, false, true),
                Arguments.of(Codec.H264, 1, 3, false, true));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void everyFrameThatGoesOnCanBeDecodedThroughLossAndChangesOfLayers(
            Codec codec, int spatial, int temporal, boolean keyOnly, boolean describes) {
        try (LayeredCall call = new LayeredCall(
                20_261_122, new LayeredEncoder(codec, spatial, temporal, keyOnly, describes, 60), codec)) {
            call.loss(0.03);
            call.start();
            call.runMs(2_000);
            List<int[]> steps =
                    List.of(new int[] {0, 0}, new int[] {7, 7}, new int[] {1, 1}, new int[] {0, 2}, new int[] {7, 0});
            for (int[] step : steps) {
                call.want(step[0], step[1]);
                call.runMs(2_500);
                assertEquals(Math.min(step[0], spatial - 1), call.highestSpatial(500), "of what was wanted");
                assertEquals(Math.min(step[1], temporal - 1), call.highestTemporal(500), "of what was wanted");
            }
            call.want(7, 7);
            call.runMs(3_000);
            call.stop();
            assertEquals(List.of(), call.complaints());
            assertTrue(call.pictures() > 250, "pictures: " + call.pictures());
            assertTrue(call.repaired() > 30, "nothing was lost");
        }
    }

    /**
     * A change can come in the middle of a picture, and packets of the one before it after it. This encoder makes no keyframe
     * that it is not asked for, so that a packet withheld would be missed for long.
     */
    @ParameterizedTest
    @MethodSource("modes")
    void changesAtAnyMomentWithholdNothingOfWhatGoesOn(
            Codec codec, int spatial, int temporal, boolean keyOnly, boolean describes) {
        for (long seed = 1; seed <= 10; seed++) {
            Random moments = new Random(seed);
            LayeredEncoder encoder =
                    new LayeredEncoder(codec, spatial, temporal, keyOnly, describes, Integer.MAX_VALUE);
            try (LayeredCall call = new LayeredCall(seed, encoder, codec)) {
                call.loss(0.05);
                call.start();
                for (int i = 0; i < 12; i++) {
                    call.want(moments.nextInt(spatial), moments.nextInt(temporal));
                    call.runMs(200 + moments.nextInt(1_000));
                }
                call.want(7, 7);
                call.runMs(2_500);
                assertEquals(spatial - 1, call.highestSpatial(500), "seed " + seed);
                call.stop();
                assertEquals(List.of(), call.complaints(), "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void losslessPathSeesNoGapAndNoFiller(Codec codec, int spatial, int temporal, boolean keyOnly, boolean describes) {
        try (LayeredCall call =
                new LayeredCall(1, new LayeredEncoder(codec, spatial, temporal, keyOnly, describes, 10), codec)) {
            call.start();
            call.want(0, 0);
            call.runMs(2_000);
            call.want(7, 7);
            call.runMs(2_000);
            call.stop();
            assertEquals(List.of(), call.complaints());
            assertEquals(0, call.missing());
            assertEquals(0, call.fillers());
        }
    }

    /** More layers begin at a keyframe, and this encoder makes none that it is not asked for. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aKeyframeThatWasOfNoUseIsFollowedByAnother(long seed) {
        try (LayeredCall call = new LayeredCall(
                seed, new LayeredEncoder(Codec.VP9, 3, 3, false, false, Integer.MAX_VALUE), Codec.VP9)) {
            call.start();
            call.want(0, 2);
            call.runMs(1_000);
            call.loss(0.25);
            call.want(7, 7);
            call.runMs(1_000);
            call.loss(0);
            call.runMs(4_000);
            assertEquals(2, call.highestSpatial(500), "seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void structureThatChangesIsFollowed(Codec codec, int spatial, int temporal, boolean keyOnly, boolean describes) {
        LayeredEncoder before = new LayeredEncoder(codec, spatial, temporal, keyOnly, describes, 60);
        try (LayeredCall call = new LayeredCall(5, before, codec)) {
            call.loss(0.03);
            call.start();
            call.want(1, 2);
            call.runMs(2_000);
            int fewer = Math.max(1, spatial - 1);
            call.encoder(new LayeredEncoder(codec, fewer, temporal, false, describes, 20).after(before));
            call.runMs(2_000);
            assertEquals(Math.min(1, fewer - 1), call.highestSpatial(500));
            call.want(7, 7);
            call.runMs(3_000);
            call.stop();
            assertEquals(fewer - 1, call.highestSpatial(500));
            assertEquals(List.of(), call.complaints());
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void lateJoinerBeginsWithAStructureAndItsOwnLayers(
            Codec codec, int spatial, int temporal, boolean keyOnly, boolean describes) {
        try (LayeredCall call =
                new LayeredCall(9, new LayeredEncoder(codec, spatial, temporal, keyOnly, describes, 0), codec)) {
            call.loss(0.03);
            call.publish();
            call.runMs(1_500);
            call.want(0, 7);
            call.subscribe();
            call.runMs(3_000);
            call.stop();
            assertEquals(List.of(), call.complaints());
            assertEquals(0, call.highestSpatial(1_000));
            assertNotEquals(0, call.pictures());
        }
    }
}

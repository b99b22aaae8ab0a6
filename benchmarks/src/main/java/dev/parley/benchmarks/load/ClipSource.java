package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import java.util.List;

/** Where clips come from. */
public interface ClipSource {
    MediaClip audio();

    /** A camera: with VP8 three layers by simulcast, with VP9 by SVC where the source has it. */
    MediaClip camera(Codec codec);

    /** A screen, in one layer. */
    MediaClip screen(Codec codec);

    /** For reports: what they are. */
    String what();

    /** Noise in the shape of media, for tests and where nothing else is to be had. */
    static ClipSource synthetic() {
        return new ClipSource() {
            private static final int SECONDS = 10;
            private static final int CAMERA_FPS = 30;
            private static final int SCREEN_FPS = 10;
            private static final SyntheticClips.LayerShape SCREEN =
                    new SyntheticClips.LayerShape("", 1920, 1080, 1_200_000);

            @Override
            public MediaClip audio() {
                return SyntheticClips.audio(SECONDS);
            }

            @Override
            public MediaClip camera(Codec codec) {
                List<SyntheticClips.LayerShape> layers = SyntheticClips.simulcast();
                return SyntheticClips.video(
                        codec, codec == Codec.VP8 ? layers : List.of(layers.getLast()), SECONDS, CAMERA_FPS);
            }

            @Override
            public MediaClip screen(Codec codec) {
                return SyntheticClips.video(codec, List.of(SCREEN), SECONDS, SCREEN_FPS);
            }

            @Override
            public String what() {
                return "noise in the shape of media";
            }
        };
    }
}

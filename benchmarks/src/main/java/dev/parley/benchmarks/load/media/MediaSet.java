package dev.parley.benchmarks.load.media;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher sends.
 *
 * @param audio its microphone, if it has one
 * @param video its camera or screen, if it has one
 */
public record MediaSet(@Nullable MediaClip audio, @Nullable MediaClip video) {
    public MediaSet {
        if (audio == null && video == null) {
            throw new IllegalArgumentException("a publisher sends something");
        }
    }

    /** The clips there are, audio first. */
    public List<MediaClip> clips() {
        MediaClip sound = audio;
        MediaClip pictures = video;
        if (sound == null) {
            return pictures == null ? List.of() : List.of(pictures);
        }
        return pictures == null ? List.of(sound) : List.of(sound, pictures);
    }
}

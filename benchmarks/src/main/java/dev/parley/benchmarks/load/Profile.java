package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.MediaSet;
import dev.parley.sfu.rtp.Codec;

/** What the members of a room send each other. */
public enum Profile {
    /** Everybody has microphone and camera on, and sees everybody else. */
    MEETING,
    /** One shows camera and voice to all others. */
    WEBINAR,
    /** Everybody has the microphone on, and no camera. */
    AUDIO,
    /** One shows a screen in a single layer, and speaks. */
    SCREEN;

    /** How many of so many publish, if nothing is said. */
    int publishers(int participants) {
        return switch (this) {
            case MEETING, AUDIO -> participants;
            case WEBINAR, SCREEN -> 1;
        };
    }

    /** What each of them sends. */
    MediaSet media(ClipSource clips, Codec video) {
        MediaClip sound = clips.audio();
        return switch (this) {
            case MEETING, WEBINAR -> new MediaSet(sound, clips.camera(video));
            case AUDIO -> new MediaSet(sound, null);
            case SCREEN -> new MediaSet(sound, clips.screen(video));
        };
    }
}

package dev.parley.sfu;

/** What a published track shows, as the publisher says. */
public enum TrackSource {
    MICROPHONE,
    CAMERA,
    SCREEN,
    SCREEN_AUDIO,
    UNKNOWN
}

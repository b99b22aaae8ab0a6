package dev.parley.sfu;

/** The kinds of media that a track carries. */
public enum MediaKind {
    AUDIO,
    VIDEO
}

package dev.parley.sfu.sdp;

import java.util.Locale;

/** The media of an {@code m=} line (RFC 8866 §5.14). */
public enum MediaType {
    AUDIO,
    VIDEO,
    /** Data channels (RFC 8841). */
    APPLICATION,
    /** Anything else, such as {@code text}: read, and rejected in answers. */
    OTHER;

    static MediaType fromSdp(String word) {
        return switch (word) {
            case "audio" -> AUDIO;
            case "video" -> VIDEO;
            case "application" -> APPLICATION;
            default -> OTHER;
        };
    }

    boolean isRtp() {
        return this == AUDIO || this == VIDEO;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

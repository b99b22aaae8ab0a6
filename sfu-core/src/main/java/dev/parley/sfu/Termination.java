package dev.parley.sfu;

import java.util.Locale;

/** Who meets a participant's connection, and what is done when it cannot decode what others send. */
public enum Termination {
    /** A forwarding peer: packets go on as they came. Who cannot decode a track is told so. */
    FORWARD,
    /** A libwebrtc connection in this JVM: everything is decoded, and encoded again for each who receives it. */
    NATIVE,
    /** A forwarding peer; tracks that it cannot decode are encoded again for it, once for all who need that. */
    AUTO;

    /** As in the configuration and on the wire: in lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #wireName()}.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static Termination of(String wireName) {
        for (Termination termination : values()) {
            if (termination.wireName().equals(wireName)) {
                return termination;
            }
        }
        throw new IllegalArgumentException("termination must be forward, native or auto, got " + wireName);
    }
}

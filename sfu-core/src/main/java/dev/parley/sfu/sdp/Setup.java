package dev.parley.sfu.sdp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who opens the DTLS association (RFC 4145 §4, RFC 8842 §5). */
public enum Setup {
    ACTPASS,
    ACTIVE,
    PASSIVE,
    HOLDCONN;

    static @Nullable Setup fromSdp(String word) {
        return switch (word) {
            case "actpass" -> ACTPASS;
            case "active" -> ACTIVE;
            case "passive" -> PASSIVE;
            case "holdconn" -> HOLDCONN;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.parley.sfu.sdp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who sends in a media section, seen from the side whose description it stands in (RFC 8866 §6.7). */
public enum Direction {
    SENDRECV(true, true),
    SENDONLY(true, false),
    RECVONLY(false, true),
    INACTIVE(false, false);

    private final boolean sends;
    private final boolean receives;

    Direction(boolean sends, boolean receives) {
        this.sends = sends;
        this.receives = receives;
    }

    public static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    static @Nullable Direction fromSdp(String word) {
        return switch (word) {
            case "sendrecv" -> SENDRECV;
            case "sendonly" -> SENDONLY;
            case "recvonly" -> RECVONLY;
            case "inactive" -> INACTIVE;
            default -> null;
        };
    }

    public boolean sends() {
        return sends;
    }

    public boolean receives() {
        return receives;
    }

    /** The same flow of media, seen from the other side. */
    public Direction reversed() {
        return of(receives, sends);
    }

    /** What both this side and {@code other}, seen from this side too, allow. */
    public Direction and(Direction other) {
        return of(sends && other.sends, receives && other.receives);
    }

    /** The answer that RFC 3264 §6.1 allows to {@code offered}, by an answerer who would like this one. */
    public Direction answering(Direction offered) {
        return and(offered.reversed());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

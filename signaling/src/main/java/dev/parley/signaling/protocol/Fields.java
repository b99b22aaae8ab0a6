package dev.parley.signaling.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks that message records share. */
final class Fields {
    /** As {@link dev.parley.sfu.JoinRequest} bounds identities and names. */
    static final int MAX_LABEL_LENGTH = 128;

    /** The largest integer that JavaScript holds exactly. */
    private static final long MAX_ID = (1L << 53) - 1;

    private static final int MAX_TRACKS = 1024;
    private static final int MAX_SIZE_PX = 1 << 16;

    private Fields() {}

    static void id(long id) {
        if (id < 1 || id > MAX_ID) {
            throw new IllegalArgumentException("id must be an integer of 1 or more");
        }
    }

    /** A decoder leaves a field null when JSON does not have it, whatever its declared type. */
    static void present(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }

    static void label(String field, @Nullable String value) {
        text(field, value, MAX_LABEL_LENGTH);
        if (value != null && value.isBlank()) {
            throw new IllegalArgumentException(field + " must not be blank");
        }
    }

    static void text(String field, @Nullable String value, int maxLength) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        if (value.length() > maxLength) {
            throw new IllegalArgumentException(field + " must have at most " + maxLength + " characters");
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " must not hold control characters");
        }
    }

    static <T> List<T> list(String field, @Nullable List<T> values) {
        if (values == null) {
            return List.of();
        }
        if (values.size() > MAX_TRACKS) {
            throw new IllegalArgumentException(field + " must have at most " + MAX_TRACKS + " entries");
        }
        for (T value : values) {
            present(field + "[]", value);
        }
        return List.copyOf(values);
    }

    static void size(String field, @Nullable Integer px) {
        if (px != null && (px < 0 || px > MAX_SIZE_PX)) {
            throw new IllegalArgumentException(field + " must be in 0.." + MAX_SIZE_PX);
        }
    }
}

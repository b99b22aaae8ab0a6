package dev.parley.signaling.protocol;

import dev.parley.sfu.TrackSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How enums are spelled on the wire: lower case with hyphens. */
public final class WireNames {
    private static final Map<String, TrackSource> SOURCES =
            Arrays.stream(TrackSource.values()).collect(Collectors.toMap(WireNames::of, Function.identity()));

    private WireNames() {}

    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads {@code microphone}, {@code camera}, {@code screen}, {@code screen-audio} or {@code unknown}. */
    public static TrackSource source(String name) {
        TrackSource source = SOURCES.get(name);
        if (source == null) {
            throw new IllegalArgumentException(
                    "source must be one of microphone, camera, screen, screen-audio, unknown");
        }
        return source;
    }
}

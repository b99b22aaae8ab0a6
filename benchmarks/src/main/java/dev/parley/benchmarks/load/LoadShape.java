package dev.parley.benchmarks.load;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load in one word, such as {@code meeting:2x10}: two rooms of ten. In a webinar or with a screen one publishes, in the
 * others all do, unless a third number says how many: {@code meeting:1x30x5}.
 */
public record LoadShape(Profile profile, int rooms, int participants, int publishers) {
    private static final Pattern TEXT = Pattern.compile("(meeting|webinar|audio|screen):(\\d+)x(\\d+)(?:x(\\d+))?");

    public LoadShape {
        if (rooms < 1 || participants < 2 || publishers < 1 || publishers > participants) {
            throw new IllegalArgumentException("a load has a room or more, of two participants or more");
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message says what one looks like
     */
    public static LoadShape parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a load looks like meeting:2x10 or webinar:1x100, not " + text);
        }
        Profile profile = Profile.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        int participants = Integer.parseInt(matcher.group(3));
        int publishers =
                matcher.group(4) == null ? profile.publishers(participants) : Integer.parseInt(matcher.group(4));
        return new LoadShape(profile, Integer.parseInt(matcher.group(2)), participants, publishers);
    }

    /** Everybody in all rooms. */
    public int members() {
        return rooms * participants;
    }

    /** Those in all rooms who only watch. */
    public int viewers() {
        return rooms * (participants - publishers);
    }

    /** Whether one sends and the others watch. */
    public boolean isBroadcast() {
        return publishers == 1;
    }

    @Override
    public String toString() {
        String sizes = profile.name().toLowerCase(Locale.ROOT) + ":" + rooms + "x" + participants;
        return publishers == profile.publishers(participants) ? sizes : sizes + "x" + publishers;
    }
}

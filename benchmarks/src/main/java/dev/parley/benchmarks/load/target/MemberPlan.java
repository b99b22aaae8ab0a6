package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.SentTrack;
import java.util.List;

/**
 * A bot that is to come into a room.
 *
 * @param room the room's name
 * @param name unique in a run; the identity that the server is told
 * @param publishes its own tracks
 * @param watches the others' tracks that it is to receive, as soon as they are there
 */
public record MemberPlan(String room, String name, List<SentTrack> publishes, List<SentTrack> watches) {
    public MemberPlan {
        publishes = List.copyOf(publishes);
        watches = List.copyOf(watches);
    }
}

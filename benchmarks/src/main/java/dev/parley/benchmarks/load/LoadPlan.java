package dev.parley.benchmarks.load;

import dev.parley.sfu.rtp.Codec;
import java.util.List;

/**
 * What is asked for.
 *
 * @param participants of each room
 * @param publishers of each room
 * @param seconds to measure
 * @param warmUpSeconds of load before that
 * @param joinsPerSecond how fast members come
 * @param serverCores the cores of a server that is started here
 * @param botCores those of the bots
 * @param botThreads that carry the bots
 */
public record LoadPlan(
        int rooms,
        int participants,
        int publishers,
        Profile profile,
        Codec videoCodec,
        double seconds,
        double warmUpSeconds,
        double joinsPerSecond,
        List<Integer> serverCores,
        List<Integer> botCores,
        int botThreads) {
    public LoadPlan {
        serverCores = List.copyOf(serverCores);
        botCores = List.copyOf(botCores);
        requirePositive("rooms", rooms);
        requirePositive("participants", participants);
        requirePositive("publishers", publishers);
        requirePositive("seconds", seconds);
        requirePositive("ramp", joinsPerSecond);
        requirePositive("bot-threads", botThreads);
        if (publishers > participants) {
            throw new IllegalArgumentException("publishers are participants: at most " + participants);
        }
    }

    private static void requirePositive(String option, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(option + " must be more than 0, got " + value);
        }
    }

    /** The same with so many rooms of so many. */
    LoadPlan sized(int number, int members) {
        return new LoadPlan(
                number,
                members,
                Math.min(publishers, members),
                profile,
                videoCodec,
                seconds,
                warmUpSeconds,
                joinsPerSecond,
                serverCores,
                botCores,
                botThreads);
    }

    /** The same with so long a warm-up. */
    LoadPlan withWarmUp(double duration) {
        return new LoadPlan(
                rooms,
                participants,
                publishers,
                profile,
                videoCodec,
                seconds,
                duration,
                joinsPerSecond,
                serverCores,
                botCores,
                botThreads);
    }
}

package dev.parley.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.accounting.Calm;
import dev.parley.benchmarks.accounting.ProcessUsage;
import dev.parley.benchmarks.load.bot.Totals;
import dev.parley.benchmarks.load.bot.TotalsFixture;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapacitySearchTest {
    private static final int ROOM = 4;

    /** Holds so many members, and misses the quality with more. */
    private static final class Server implements LoadedServer {
        private final int capacity;
        private final Set<String> names = new HashSet<>();
        private int disturbances;
        private int limit = Integer.MAX_VALUE;
        private int members;

        Server(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public int members() {
            return members;
        }

        @Override
        public int streams() {
            return 2 * members;
        }

        /** Those who came last are those who were refused. */
        @Override
        public int failed() {
            return Math.max(0, members - limit);
        }

        @Override
        public void join(List<MemberPlan> plans, double perSecond) {
            members += plans.size();
            plans.forEach(plan -> names.add(plan.name()));
        }

        @Override
        public void leave(int count) {
            members -= count;
        }

        @Override
        public void pass(String what, double seconds) {
            // The server is quick.
        }

        @Override
        public Measured measure(double seconds) {
            ProcessUsage usage = new ProcessUsage(1, 1, 1, 1, 1, 1, Map.of());
            Totals totals = TotalsFixture.of(1_000, members > capacity ? 50 : 0, 1_000);
            if (disturbances > 0) {
                disturbances--;
                totals = TotalsFixture.overloaded(TotalsFixture.of(1_000, 50, 1_000));
            }
            return new Measured(new Calm(1, 0, 0), totals, 0, 0, usage, usage, usage, usage, usage, List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 13, 40})
    void asManyMeetingsAreFoundAsTheServerHolds(int rooms) throws IOException, InterruptedException {
        Server server = new Server(rooms * ROOM);

        CapacitySearch.Found found = search(server, Profile.MEETING);

        assertNotNull(found);
        assertEquals(rooms, found.rooms());
        assertEquals(rooms * ROOM, found.members());
        assertTrue(found.limit().contains("loss"), found.limit());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 155, 1_000})
    void asManyViewersOfOneRoomAreFoundAsTheServerHolds(int members) throws IOException, InterruptedException {
        CapacitySearch.Found found = search(new Server(members), Profile.WEBINAR);

        assertNotNull(found);
        assertEquals(1, found.rooms());
        assertTrue(found.participants() <= members);
        assertTrue(found.participants() >= 0.99 * members, "to the hundredth part: " + found.participants());
    }

    @Test
    void aServerThatHoldsNothingHasNoCapacity() throws IOException, InterruptedException {
        assertNull(search(new Server(0), Profile.MEETING));
    }

    @Test
    void aWindowInWhichBotsDidNotKeepUpIsMeasuredAgain() throws IOException, InterruptedException {
        Server server = new Server(9 * ROOM);
        server.disturbances = 2;

        CapacitySearch.Found found = search(server, Profile.MEETING);

        assertNotNull(found);
        assertEquals(9, found.rooms());
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 31, 100})
    void whoWasRefusedAndHasLeftDoesNotCountAgainstASmallerLoad(int limit) throws IOException, InterruptedException {
        Server server = new Server(1_000);
        server.limit = limit;

        CapacitySearch.Found found = search(server, Profile.WEBINAR);

        assertNotNull(found);
        assertEquals(limit, found.participants(), Math.max(1, limit / 100));
        assertTrue(found.limit().contains("joins failed"), found.limit());
        assertEquals(0, server.failed());
    }

    private static CapacitySearch.@Nullable Found search(Server server, Profile profile)
            throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                1, ROOM, profile.publishers(ROOM), profile, Codec.VP8, 1, 0, 1_000, List.of(0), List.of(1), 1);
        Crowd crowd = new Crowd(profile.media(ClipSource.synthetic(), Codec.VP8));
        Progress silent = new Progress(new PrintStream(PrintStream.nullOutputStream()));
        return new CapacitySearch(server, plan, crowd, Quality.stated(), silent).search();
    }
}

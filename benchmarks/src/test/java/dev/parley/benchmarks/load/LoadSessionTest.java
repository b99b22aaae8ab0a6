package dev.parley.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LoadSessionTest {
    @TempDir
    Path folder;

    /** Takes the first members of a room and refuses all others. */
    private record FullRoom(int places) implements Target {
        @Override
        public String name() {
            return "full";
        }

        @Override
        public ServerFacts start(ServerPlan plan) {
            return new ServerFacts("a full room", "", 0, List.of(), Map.of(), false);
        }

        @Override
        public Member join(MemberPlan plan, BotConnections connections) throws IOException {
            if (Integer.parseInt(plan.name()) >= places) {
                throw new IOException("the room is full");
            }
            return new Member() {
                @Override
                public List<BotConnection> connections() {
                    return List.of();
                }

                @Override
                public void close() {
                    // Nothing was opened.
                }
            };
        }

        @Override
        public void close() {
            // Nothing was started.
        }
    }

    @Test
    void aJoinThatFailedCountsUntilTheMemberHasLeft() throws IOException, InterruptedException {
        ServerPlan plan = new ServerPlan(Place.loopback(), List.of(), folder, 10);
        Progress silent = new Progress(new PrintStream(PrintStream.nullOutputStream()));
        try (LoadSession session = new LoadSession(new FullRoom(3), plan, BotSettings.of("127.0.0.1"), silent)) {
            session.join(members(0, 3), 1_000);
            assertEquals(0, session.failed());

            session.join(members(3, 5), 1_000);
            assertEquals(2, session.failed());

            session.leave(2);
            assertEquals(0, session.failed());
            assertEquals(3, session.members());
        }
    }

    private static List<MemberPlan> members(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> new MemberPlan("room", Integer.toString(number), List.of(), List.of()))
                .toList();
    }
}

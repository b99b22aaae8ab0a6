package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.BotConnections;
import java.io.IOException;

/** A kind of server under load. Drives its signaling; media is the bots' own. */
public interface Target extends AutoCloseable {
    /** As the command line names it. */
    String name();

    /** Starts the server and waits until it takes members, or finds one that runs. */
    ServerFacts start(ServerPlan plan) throws IOException, InterruptedException;

    /**
     * Brings a member into a room: opens its connections, publishes, and watches what it is to watch as it comes. Returns
     * when the server has taken it, with media perhaps still to connect. May be called by many threads at once.
     */
    Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException;

    /** Ends the server if it was started here. */
    @Override
    void close();
}

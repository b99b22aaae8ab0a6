package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.BotConnection;
import java.util.List;

/** A bot in a room. */
public interface Member extends AutoCloseable {
    /** Its connections: one, or with servers that want it so one to publish and one to receive. */
    List<BotConnection> connections();

    /** Leaves. */
    @Override
    void close();
}

package dev.parley.benchmarks.load.bot;

import java.io.IOException;

/** Where targets get connections from. */
public interface BotConnections {
    /**
     * A new connection, with a socket of its own.
     *
     * @param name whose, for messages
     */
    BotConnection open(String name) throws IOException;
}

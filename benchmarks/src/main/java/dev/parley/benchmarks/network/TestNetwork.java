package dev.parley.benchmarks.network;

import java.io.IOException;
import java.util.List;

/** What server and clients are joined by. Closing it takes everything away again. */
public sealed interface TestNetwork extends AutoCloseable permits NamespaceNetwork, LoopbackNetwork {
    /** The server's address as clients see it. */
    String serverAddress();

    /** The clients' address as the server sees it. */
    String clientAddress();

    /** A command so changed that it runs at the server's side. */
    List<String> atServer(List<String> command);

    /** A command so changed that it runs at the clients' side. */
    List<String> atClients(List<String> command);

    /**
     * Limits both directions by a token bucket; 0 takes the limit away.
     *
     * @throws IOException if this network cannot, with what it takes
     */
    void limit(long bitsPerSecond) throws IOException;

    /** One sentence for reports. */
    String description();

    @Override
    void close();
}

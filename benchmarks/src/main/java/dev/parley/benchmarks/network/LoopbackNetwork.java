package dev.parley.benchmarks.network;

import java.io.IOException;
import java.util.List;

/** The machine's own loopback interface, for whoever is not root. */
public record LoopbackNetwork() implements TestNetwork {
    private static final String ADDRESS = "127.0.0.1";

    @Override
    public String serverAddress() {
        return ADDRESS;
    }

    @Override
    public String clientAddress() {
        return ADDRESS;
    }

    @Override
    public List<String> atServer(List<String> command) {
        return List.copyOf(command);
    }

    @Override
    public List<String> atClients(List<String> command) {
        return List.copyOf(command);
    }

    @Override
    public void limit(long bitsPerSecond) throws IOException {
        if (bitsPerSecond > 0) {
            throw new IOException("a rate limit takes network namespaces, which only root may make");
        }
    }

    @Override
    public String description() {
        return "server and clients on the loopback interface";
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}

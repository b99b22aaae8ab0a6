package dev.parley.benchmarks.load.target;

import java.util.List;

/**
 * Where server and bots meet.
 *
 * @param serverAddress the IP address that a server is to listen on
 * @param botAddress the IP address that bots' sockets are bound to
 * @param serverPrefix what to put before a server's command, such as {@code ip netns exec parley-server}; empty for none
 * @param what for reports, such as {@code loopback}
 */
public record Place(String serverAddress, String botAddress, List<String> serverPrefix, String what) {
    public Place {
        serverPrefix = List.copyOf(serverPrefix);
    }

    /** All on this machine's loopback. */
    public static Place loopback() {
        return new Place("127.0.0.1", "127.0.0.1", List.of(), "loopback");
    }
}

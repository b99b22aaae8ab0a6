package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.network.LoopbackNetwork;
import dev.parley.benchmarks.network.TestNetwork;
import java.util.List;

/**
 * Where server and bots meet.
 *
 * @param network which also says how a command is started at the server's side
 */
public record Place(TestNetwork network) {
    /** All on this machine's loopback. */
    public static Place loopback() {
        return new Place(new LoopbackNetwork());
    }

    /** The IP address that a server is to listen on. */
    public String serverAddress() {
        return network.serverAddress();
    }

    /** The IP address that bots' sockets are bound to. */
    public String botAddress() {
        return network.clientAddress();
    }

    /** A command so changed that it runs at the server's side. */
    public List<String> atServer(List<String> command) {
        return network.atServer(command);
    }

    /** For reports. */
    public String what() {
        return network.description();
    }
}

package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.BotConnections;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parley by its WebSocket signaling: its jar, started here, or one that runs. */
public final class ParleyTarget implements Target {
    /** Where the server's jar is, if it is not beside the benchmarks' own. */
    public static final String JAR = "PARLEY_SERVER_JAR";

    /** How the server's JVM is set, in words; {@code ./parley} sets it to what {@code ./parley serve} has. */
    public static final String JAVA_OPTIONS = "PARLEY_SERVER_JAVA_OPTIONS";

    private static final String BUILT = "target/parley-server.jar";
    private static final Pattern READY = Pattern.compile("Parley is ready: http://\\S+:(\\d+)");
    private static final Pattern PORT_LINE = Pattern.compile("event=port-open .*?io=(\\w+)");
    private static final String DEFAULT_JAVA_OPTIONS =
            "--enable-native-access=ALL-UNNAMED -XX:+UseCompactObjectHeaders -XX:+UseZGC";

    private final HttpClient http = HttpClient.newHttpClient();
    private final @Nullable URI found;
    private final long foundPid;
    private final List<String> options;
    private @Nullable ServerProcess process;
    private @Nullable URI address;

    /**
     * A server to be started.
     *
     * @param options of its command line, besides those that the load needs
     */
    public ParleyTarget(List<String> options) {
        this.found = null;
        this.foundPid = 0;
        this.options = List.copyOf(options);
    }

    /**
     * One that runs.
     *
     * @param pid its process, or 0 if it is not to be seen, and with it what it costs
     */
    public ParleyTarget(URI address, long pid) {
        this.found = address;
        this.foundPid = pid;
        this.options = List.of();
    }

    @Override
    public String name() {
        return "parley";
    }

    @Override
    public ServerFacts start(ServerPlan plan) throws IOException, InterruptedException {
        URI running = found;
        if (running != null) {
            address = running;
            return new ServerFacts("Parley", "", foundPid, List.of(), Map.of("address", running.toString()), true);
        }
        ServerProcess server = ServerProcess.start(plan, command(plan));
        process = server;
        Matcher ready = server.await(READY);
        address = URI.create("http://" + plan.place().serverAddress() + ":" + ready.group(1));
        Matcher port = server.await(PORT_LINE);
        return new ServerFacts("Parley", "", server.pid(), server.command(), Map.of("io", port.group(1)), true);
    }

    private List<String> command(ServerPlan plan) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String set = System.getenv(JAVA_OPTIONS);
        command.addAll(List.of((set == null || set.isBlank() ? DEFAULT_JAVA_OPTIONS : set.strip()).split("\\s+", -1)));
        command.addAll(List.of("-jar", jar().toString(), "serve", "--http-port", "0", "--udp-port", "0"));
        command.addAll(List.of("--bind", plan.place().serverAddress(), "--tcp-enabled", "false"));
        // Limits that protect a public server from one address: here all members have one.
        command.addAll(List.of("--joins-per-minute-per-address", "100000"));
        command.addAll(List.of("--max-participants-per-room", Integer.toString(plan.maxParticipants() + 10)));
        command.addAll(options);
        return command;
    }

    /** The server's jar: the one that is named, or the one that was built in this tree. */
    public static Path jar() throws IOException {
        String set = System.getenv(JAR);
        List<Path> places = set == null || set.isBlank()
                ? List.of(Path.of("signaling", BUILT), Path.of("..", "signaling", BUILT))
                : List.of(Path.of(set));
        for (Path place : places) {
            if (Files.exists(place)) {
                return place.toAbsolutePath().normalize();
            }
        }
        throw new IOException("there is no server at " + places.getFirst() + ": ./parley build makes it, and " + JAR
                + " says where it is");
    }

    @Override
    public Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException {
        return ParleyMember.join(plan, connections.open(plan.name()), http, socket(plan.room()));
    }

    private URI socket(String name) {
        URI server = address;
        if (server == null) {
            throw new IllegalStateException("joined before the server was there");
        }
        String room = URLEncoder.encode(name, StandardCharsets.UTF_8);
        return URI.create("ws://" + server.getAuthority() + "/ws?room=" + room);
    }

    /** A room of the running server, for native participants. */
    public ParleyRoom room(String name) {
        return new ParleyRoom(http, socket(name), name);
    }

    @Override
    public void close() {
        ServerProcess server = process;
        if (server != null) {
            server.close();
        }
        http.shutdownNow();
    }
}

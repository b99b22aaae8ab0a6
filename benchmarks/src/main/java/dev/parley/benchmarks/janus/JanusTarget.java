package dev.parley.benchmarks.janus;

import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.ServerProcess;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Janus's video room, from Debian's package, started here with a configuration of its own. It takes a network namespace: of
 * the loopback interface it gathers no candidates.
 */
public final class JanusTarget implements Target {
    private static final long START_MS = 15_000;
    private static final long LOOK_MS = 50;
    private static final long KEEP_ALIVE_SECONDS = 20;

    /** What every member has published, by its name: Janus tells sections by their mids only. */
    private final Map<String, List<SentTrack>> published = new ConcurrentHashMap<>();

    private final Set<String> rooms = new HashSet<>();
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private int maxParticipants;
    private @Nullable ServerProcess process;
    private @Nullable JanusSocket socket;
    private @Nullable JanusSession session;
    private long rooming;

    /** Ready for {@link #start}. */
    public JanusTarget() {}

    @Override
    public String name() {
        return "janus";
    }

    @Override
    public ServerFacts start(ServerPlan plan) throws IOException, InterruptedException {
        if (plan.place().serverAddress().startsWith("127.")) {
            throw new IOException(
                    "Janus gathers no candidates of the loopback interface: run as root, for a network namespace");
        }
        maxParticipants = plan.maxParticipants();
        JanusFolder folder = JanusFolder.write(plan.folder(), plan.place().serverAddress());
        ServerProcess started = ServerProcess.start(
                plan, List.of("janus", "-F", folder.configuration().toString()));
        process = started;
        socket = connect(URI.create("ws://" + plan.place().serverAddress() + ":" + JanusFolder.API_PORT), started);
        JanusSession made = JanusSession.create(socket.api());
        session = made;
        rooming = made.attach();
        var _ = keeper.scheduleAtFixedRate(made::keepAlive, KEEP_ALIVE_SECONDS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        return new ServerFacts(
                "Janus",
                made.version(),
                started.pid(),
                started.command(),
                Map.of(
                        "srtp", "AES-128-GCM, as the bots offer nothing else",
                        "plugins", "video room only",
                        "api", "WebSocket, in the same process",
                        "transport-cc", "feedback to publishers every 200 ms, none asked of subscribers",
                        "layers", "the top one, by configure"),
                false);
    }

    private static JanusSocket connect(URI uri, ServerProcess process) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
        while (true) {
            try {
                return JanusSocket.connect(uri);
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                    throw new IOException("Janus has not started: " + process.lastOutput(), e);
                }
            }
            Thread.sleep(LOOK_MS);
        }
    }

    @Override
    public Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException {
        makeRoom(plan.room());
        published.put(plan.name(), plan.publishes());
        return JanusMember.join(running(), plan, connections, published);
    }

    private JanusSession running() {
        return Objects.requireNonNull(session, "Janus has not been started");
    }

    private synchronized void makeRoom(String room) throws IOException, InterruptedException {
        if (!rooms.add(room)) {
            return;
        }
        ObjectNode create = running()
                .api()
                .object()
                .put("request", "create")
                .put("room", room)
                .put("publishers", maxParticipants)
                .put("videocodec", "vp8,vp9,h264,av1")
                .put("audiocodec", "opus")
                // What a browser's camera may take; the default is 128 kbit/s for the estimates it sends.
                .put("bitrate", 0);
        var _ = running().ask("create a room", rooming, create);
    }

    @Override
    public void close() {
        keeper.shutdownNow();
        if (socket != null) {
            socket.close();
        }
        ServerProcess ending = process;
        if (ending != null) {
            ending.close();
        }
    }
}

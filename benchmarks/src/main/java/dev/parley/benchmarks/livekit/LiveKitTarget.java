package dev.parley.benchmarks.livekit;

import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** LiveKit by its own signaling; it must run already. */
public final class LiveKitTarget implements Target {
    /** The API key that the server knows, as LiveKit's own programs have it in the environment. */
    public static final String KEY = "LIVEKIT_API_KEY";

    /** And its secret. */
    public static final String SECRET = "LIVEKIT_API_SECRET";

    /** Those of a server that was started with {@code --dev}. */
    private static final String DEVELOPMENT_KEY = "devkey";

    private static final String DEVELOPMENT_SECRET = "secret";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final URI address;
    private final AccessToken tokens;
    private final long pid;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final ScheduledExecutorService pings = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("livekit-pings").factory());

    /**
     * A target.
     *
     * @param address of the server, such as {@code ws://localhost:7880}; {@code http} is as good
     * @param pid of the server, 0 if it is not to be seen, and with it what it costs
     */
    public LiveKitTarget(String address, String key, String secret, long pid) {
        this.address = socketAddress(address);
        this.tokens = new AccessToken(key, secret);
        this.pid = pid;
    }

    /** A target with key and secret of the environment, or else those of a server in development mode. */
    public static LiveKitTarget fromEnvironment(String address, Map<String, String> environment, long pid) {
        return new LiveKitTarget(
                address,
                environment.getOrDefault(KEY, DEVELOPMENT_KEY),
                environment.getOrDefault(SECRET, DEVELOPMENT_SECRET),
                pid);
    }

    private static URI socketAddress(String address) {
        URI uri = URI.create(address.replaceFirst("^http", "ws").replaceFirst("/+$", ""));
        if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("wss?")) {
            throw new IllegalArgumentException(
                    "LiveKit is at an address such as ws://localhost:7880, not at " + address);
        }
        return uri;
    }

    @Override
    public String name() {
        return "livekit";
    }

    /** Finds the server by coming into a room of its own and going again, which also tries the key. */
    @Override
    public ServerFacts start(ServerPlan plan) throws IOException, InterruptedException {
        String room = "parley-load-" + UUID.randomUUID();
        try (LiveKitSignaling probe = LiveKitSignaling.join(http, address, tokens, room, "probe", _ -> {})) {
            return new ServerFacts(
                    "LiveKit",
                    probe.joined().version(),
                    pid,
                    List.of(),
                    Map.of(
                            "address", address.toString(),
                            "srtp", "AES-128-GCM, as the bots offer nothing else",
                            "connections", "two a member: one to publish, one to watch",
                            "dynacast", "what the server asks not to be sent is sent all the same",
                            "estimates", "no REMB of the bots, so none of its own of their downlinks",
                            "layers", "the top one, by track settings"),
                    false);
        }
    }

    @Override
    public Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException {
        return LiveKitMember.join(plan, connections, http, address, tokens, pings);
    }

    @Override
    public void close() {
        pings.shutdownNow();
        http.shutdownNow();
    }
}

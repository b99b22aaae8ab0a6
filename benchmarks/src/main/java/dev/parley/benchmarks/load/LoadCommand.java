package dev.parley.benchmarks.load;

import dev.parley.benchmarks.accounting.CpuAffinity;
import dev.parley.benchmarks.clips.RecordedClips;
import dev.parley.benchmarks.janus.JanusTarget;
import dev.parley.benchmarks.jitsi.JitsiTarget;
import dev.parley.benchmarks.livekit.LiveKitTarget;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.ParleyTarget;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import dev.parley.benchmarks.load.target.WhipTarget;
import dev.parley.benchmarks.network.Impairment;
import dev.parley.benchmarks.network.NamespaceNetwork;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Fills a server's rooms with bots and tells what that costs and how good it stays. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fills rooms of a server with packet bots: WebRTC clients that play encoded media, ask for what they miss, and"
                    + " check every frame that they receive against what was sent. Tells packets, loss, latency, join"
                    + " times, and the server's CPU and memory, by the kernel's accounts.",
            "As root, server and bots have a network namespace each, joined by veth; else they meet on loopback. On two"
                    + " cores or more, the server has the first and the bots have the rest.",
            "docs/benchmarks.md says how it is done and what it showed."
        })
public final class LoadCommand implements Callable<Integer> {
    private static final int JVM_WARM_UP_SECONDS = 60;
    private static final int WARM_UP_SECONDS = 5;
    private static final long PROXY_SEED = 1;
    private static final int PROBED_JOINS = 20;
    private static final double SETTLE_SECONDS = 1;
    private static final long GOODBYE_SECONDS = 15;

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            description = "parley (started by this tool), parley:URL (one that runs), whip:URL (a server with Parley's"
                    + " WHIP paths; or whip:URL,URL to publish and to watch at, with {room} and {member} in them),"
                    + " jitsi:URL (a Jitsi Videobridge's Colibri2 interface, such as jitsi:http://localhost:8080),"
                    + " livekit:URL (one that runs, such as livekit:ws://localhost:7880, with LIVEKIT_API_KEY and"
                    + " LIVEKIT_API_SECRET in the environment, or else those of livekit-server --dev),"
                    + " or janus (Debian's, started by this tool); default: ${DEFAULT-VALUE}")
    private String target = "parley";

    @Option(names = "--rooms", paramLabel = "R", description = "default: ${DEFAULT-VALUE}")
    private int rooms = 1;

    @Option(names = "--participants", paramLabel = "P", description = "of each room; default: ${DEFAULT-VALUE}")
    private int participants = 10;

    @Option(
            names = "--publishers",
            paramLabel = "Q",
            description = "of each room; default: all in meeting and audio, one in webinar and screen")
    private int publishers;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "meeting, webinar, audio or screen; default: ${DEFAULT-VALUE}")
    private String profile = "meeting";

    @Option(names = "--codec", paramLabel = "NAME", description = "of video: VP8, VP9, H264 or AV1; default: VP8")
    private String codec = "VP8";

    @Option(names = "--seconds", paramLabel = "S", description = "to measure; default: ${DEFAULT-VALUE}")
    private double seconds = 30;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "seconds of load before; default: 60 for a server on a JVM, 5 for others")
    private double warmUp = -1;

    @Option(names = "--ramp", paramLabel = "N", description = "members that join a second; default: ${DEFAULT-VALUE}")
    private double ramp = 20;

    @Option(
            names = "--find-capacity",
            description =
                    "raise the load until loss is over 0.1 %% or p99 over 20 ms: by rooms, or in webinar and screen by"
                            + " viewers of one room; --seconds for each step")
    private boolean findCapacity;

    @Option(
            names = "--sizes",
            paramLabel = "N",
            split = ",",
            description = "one room in which so many viewers watch the publishers, one size after the other, such as"
                    + " 10,50,100,250,500; --seconds for each, and --json writes a list")
    private List<Integer> sizes = new ArrayList<>();

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            description = "of packets, each way, by a seeded proxy; default: 0")
    private double loss;

    @Option(names = "--delay", paramLabel = "MS", description = "of packets, each way, by the same proxy; default: 0")
    private long delayMs;

    @Option(names = "--jitter", paramLabel = "MS", description = "added to the delay, evenly spread; default: 0")
    private long jitterMs;

    @Option(names = "--loopback", description = "on loopback also as root")
    private boolean loopback;

    @Option(
            names = "--bot-threads",
            paramLabel = "N",
            description = "that carry the bots; default: one for each core that is theirs")
    private int botThreads;

    @Option(names = "--server-pid", paramLabel = "PID", description = "of a server that runs, to account for it")
    private long serverPid;

    @Option(
            names = "--server-option",
            paramLabel = "OPTION",
            description = "for the command line of the server that this tool starts, such as --server-option=--io=nio")
    private List<String> serverOptions = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "writes what was measured to this file too")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Progress progress = new Progress(System.err);

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public LoadCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        if (loopback || NamespaceNetwork.joined().isPresent()) {
            return run(plan, NamespaceNetwork.joined().map(Place::new).orElseGet(Place::loopback));
        }
        if (target.contains(":") || NamespaceNetwork.problem().isPresent()) {
            NamespaceNetwork.problem().ifPresent(problem -> progress.say("on loopback: " + problem));
            return run(plan, Place.loopback());
        }
        try (NamespaceNetwork network = NamespaceNetwork.open()) {
            return network.runAgain(arguments());
        }
    }

    private List<String> arguments() {
        CommandSpec command = spec;
        return command == null
                ? List.of()
                : command.commandLine().getParseResult().originalArgs();
    }

    private LoadPlan plan() {
        Codec video = Codec.fromName(codec);
        Profile chosen = Stream.of(Profile.values())
                .filter(each -> each.name().equals(profile.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> refused("--profile is meeting, webinar, audio or screen, not " + profile));
        if (video == null || !video.isVideo()) {
            throw refused("--codec is VP8, VP9, H264 or AV1, not " + codec);
        }
        boolean starts = !target.contains(":");
        List<Integer> botCores = CpuAffinity.clientCores();
        try {
            return new LoadPlan(
                    rooms,
                    participants,
                    publishers > 0 ? publishers : chosen.publishers(participants),
                    chosen,
                    video,
                    seconds,
                    warmUp,
                    ramp,
                    starts ? CpuAffinity.serverCores() : List.of(),
                    botCores,
                    botThreads > 0 ? botThreads : botCores.size());
        } catch (IllegalArgumentException e) {
            throw refused("--" + e.getMessage());
        }
    }

    private RuntimeException refused(String why) {
        CommandSpec command = spec;
        return command == null ? new IllegalArgumentException(why) : new ParameterException(command.commandLine(), why);
    }

    private Target target() {
        if (target.equals("parley")) {
            return new ParleyTarget(serverOptions);
        }
        if (target.startsWith("parley:")) {
            return new ParleyTarget(URI.create(target.substring("parley:".length())), serverPid);
        }
        if (target.startsWith("whip:")) {
            String[] addresses = target.substring("whip:".length()).split(",", -1);
            return addresses.length == 2
                    ? new WhipTarget(addresses[0], addresses[1], serverPid)
                    : WhipTarget.parley(addresses[0], serverPid);
        }
        if (target.startsWith("jitsi:")) {
            return new JitsiTarget(URI.create(target.substring("jitsi:".length())), serverPid);
        }
        if (target.startsWith("livekit:")) {
            return liveKit(target.substring("livekit:".length()));
        }
        if (target.equals("janus")) {
            return new JanusTarget();
        }
        throw refused("--target is parley, parley:URL, whip:URL, jitsi:URL, livekit:URL or janus, not " + target);
    }

    private Target liveKit(String address) {
        try {
            return LiveKitTarget.fromEnvironment(address, System.getenv(), serverPid);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    // --- running ---------------------------------------------------------------------------------------------------

    private int run(LoadPlan plan, Place place) throws IOException, InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Thread runner = Thread.currentThread();
        // Ctrl-C ends the window: what was measured until then is still told, and what was started is ended.
        Thread atExit = Thread.ofPlatform().unstarted(() -> {
            runner.interrupt();
            try {
                boolean _ = done.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return measure(plan, place);
        } catch (InterruptedException e) {
            progress.say("ended before there was anything to tell");
            return 130;
        } catch (IOException e) {
            progress.say(String.valueOf(e.getMessage()));
            return 1;
        } finally {
            done.countDown();
            // Whoever goes on in this process has all cores again.
            CpuAffinity.pinProcess(
                    ProcessHandle.current().pid(),
                    IntStream.range(0, CpuAffinity.machineCores()).boxed().toList());
        }
    }

    private int measure(LoadPlan asked, Place place) throws IOException, InterruptedException {
        double load1 = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (!asked.botCores().isEmpty()) {
            CpuAffinity.pinProcess(ProcessHandle.current().pid(), asked.botCores());
        }
        ClipSource clips = new RecordedClips();
        Crowd crowd = new Crowd(asked.profile().media(clips, asked.videoCodec()));
        TemporaryFolder temporary = TemporaryFolder.make("parley-load-");
        Path folder = temporary.path();
        int most = Math.max(ServerPlan.MANY, asked.participants());
        ServerPlan serverPlan = new ServerPlan(place, asked.serverCores(), folder, most);
        Impairment impairment =
                new Impairment(loss / 100, Duration.ofMillis(delayMs), Duration.ofMillis(jitterMs), false, PROXY_SEED);
        boolean impaired = loss > 0 || delayMs > 0 || jitterMs > 0;
        try (ImpairedRoute route = new ImpairedRoute(InetAddress.ofLiteral(place.botAddress()), impairment);
                LoadSession session = new LoadSession(
                        target(),
                        serverPlan,
                        settings(asked, place, impaired ? route : UnaryOperator.identity()),
                        progress)) {
            LoadPlan plan = withWarmUp(asked, session.server().jvm());
            Results.Frame frame = new Results.Frame(
                    commandLine(),
                    target,
                    session.server(),
                    plan,
                    place.what(),
                    clips.what(),
                    session.ciphers(),
                    load1);
            if (!sizes.isEmpty()) {
                return sizes(session, crowd, frame);
            }
            return findCapacity ? capacity(session, plan, crowd, frame) : once(session, plan, crowd, frame);
        } finally {
            temporary.close();
        }
    }

    private static BotSettings settings(LoadPlan plan, Place place, UnaryOperator<InetSocketAddress> route) {
        return new BotSettings(place.botAddress(), plan.botThreads(), List.of(SrtpProfile.AEAD_AES_128_GCM), route);
    }

    private LoadPlan withWarmUp(LoadPlan plan, boolean jvm) {
        double chosen = warmUp >= 0 ? warmUp : jvm ? JVM_WARM_UP_SECONDS : WARM_UP_SECONDS;
        return plan.withWarmUp(chosen);
    }

    private List<String> commandLine() {
        List<String> line = new ArrayList<>(List.of("./parley", "bench"));
        line.addAll(arguments());
        return line;
    }

    private int once(LoadSession session, LoadPlan plan, Crowd crowd, Results.Frame frame)
            throws IOException, InterruptedException {
        List<MemberPlan> first = List.of();
        for (int room = 0; room < plan.rooms(); room++) {
            List<MemberPlan> members = crowd.room(room, plan.participants(), plan.publishers());
            first = room == 0 ? members : first;
            session.join(members, plan.joinsPerSecond());
        }
        session.pass("warming up", plan.warmUpSeconds());
        List<MemberPlan> viewers = new ArrayList<>();
        for (int i = 0; i < PROBED_JOINS; i++) {
            viewers.add(crowd.viewer(0, plan.participants() + i, first));
        }
        List<Double> joins = session.probeJoins(viewers);
        session.pass("settling", SETTLE_SECONDS);
        Measured measured = session.measure(plan.seconds());
        LoadResult result = Results.of(frame, measured, session.members(), session.streams(), session.failed(), joins);
        tell(result);
        return result.validity().isClean() ? 0 : 1;
    }

    private int capacity(LoadSession session, LoadPlan plan, Crowd crowd, Results.Frame frame)
            throws IOException, InterruptedException {
        CapacitySearch.Found found = new CapacitySearch(session, plan, crowd, Quality.stated(), progress).search();
        if (found == null) {
            progress.say("not even the least load held");
            return 1;
        }
        LoadPlan held = plan.sized(found.rooms(), found.participants());
        LoadResult result = Results.of(
                frame.with(held), found.measured(), found.members(), found.streams(), session.failed(), List.of());
        tell(result);
        System.out.printf(
                Locale.ROOT,
                "capacity        %d participants, %d streams, %,.0f packets/s on %s; then: %s%n",
                found.members(),
                found.streams(),
                result.delivered().packetsPerSecond(),
                plan.serverCores().size() == 1 ? "one core" : "all cores",
                found.limit());
        return 0;
    }

    private int sizes(LoadSession session, Crowd crowd, Results.Frame frame) throws IOException, InterruptedException {
        List<LoadResult> results =
                new SizeSweep(session, crowd, frame).run(sizes.stream().sorted().toList());
        progress.say("done");
        new ResultPrinter(new PrintWriter(System.out, true, System.out.charset())).table(results);
        write(results);
        return results.stream().allMatch(result -> result.validity().isClean()) ? 0 : 1;
    }

    private void tell(LoadResult result) {
        progress.say("done");
        new ResultPrinter(new PrintWriter(System.out, true, System.out.charset())).print(result);
        write(result);
    }

    private void write(Object result) {
        if (json != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(json, result);
            progress.say("wrote " + json);
        }
    }
}

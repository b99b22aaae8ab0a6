package dev.parley.benchmarks.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.LoadCommand;
import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.bot.Bots;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.bot.Totals;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Members of a room on a server that speaks LiveKit's protocol, with real sockets, handshakes and encryption. */
@Timeout(60)
final class LiveKitTargetIT {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final ServerPlan PLAN = new ServerPlan(Place.loopback(), List.of(), Path.of("."), 10);

    private final List<MediaClip> clips =
            List.of(SyntheticClips.audio(2), SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 2, 30));
    private final FakeLiveKit server;
    private final LiveKitTarget target;

    LiveKitTargetIT() throws InterruptedException {
        server = new FakeLiveKit("devkey", "secret");
        target = new LiveKitTarget(server.address(), "devkey", "secret", 0);
    }

    @AfterEach
    void close() {
        target.close();
        server.close();
    }

    private List<MemberPlan> room(int members) {
        List<List<SentTrack>> published = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            List<SentTrack> tracks = new ArrayList<>();
            for (MediaClip clip : clips) {
                tracks.add(new SentTrack(
                        "m" + i, clip.isAudio() ? "microphone" : "camera", PacketizedClip.of(clip), i / 7.0));
            }
            published.add(tracks);
        }
        List<MemberPlan> plans = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            List<SentTrack> others = new ArrayList<>();
            for (int other = 0; other < members; other++) {
                others.addAll(other == i ? List.of() : published.get(other));
            }
            plans.add(new MemberPlan("room", "m" + i, published.get(i), others));
        }
        return plans;
    }

    private static void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + LIMIT_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "not " + what);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void membersSendAndReceiveEveryFrameWhole() throws Exception {
        ServerFacts facts = target.start(PLAN);
        assertEquals("0-fake", facts.version());
        await("gone again, who looked for the server", () -> server.sessions.isEmpty() && server.leaves.get() == 1);

        try (Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            List<Member> members = new ArrayList<>();
            for (MemberPlan plan : room(3)) {
                members.add(target.join(plan, bots));
            }
            for (Member member : members) {
                assertEquals(2, member.connections().size());
                for (BotConnection connection : member.connections()) {
                    connection.connected().get(20, TimeUnit.SECONDS);
                }
            }
            // Every stream has had a keyframe by now: there is one every two seconds.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            bots.beginWindow();
            await("many frames", () -> bots.totals().complete() > 600);

            Totals totals = bots.totals();
            assertEquals(0, bots.takeSilent(), "of twelve streams");
            assertEquals(
                    0,
                    totals.incomplete()
                            + totals.outOfOrder()
                            + totals.undecodable()
                            + totals.corrupt()
                            + totals.undecryptable()
                            + totals.missing()
                            + totals.misdated()
                            + totals.unexpected());
            assertTrue(totals.layerPackets(2) > 0 && totals.layerPackets(0) == 0, "the largest layer alone");
            assertEquals(6, server.largest.size(), () -> "three members watch two cameras each: " + server.largest);
            assertEquals(0, server.conflicts.get(), "checks in the server's own role");
            await("pinged", () -> server.pings.get() > 3);

            members.forEach(Member::close);
            await("left", () -> server.sessions.isEmpty() && server.leaves.get() == 4);
        }
    }

    @Test
    void whoOnlyWatchesHasAConnectionTooAndOneWhoWatchesNothing() throws Exception {
        List<SentTrack> published = room(1).getFirst().publishes();
        try (Bots bots = new Bots(BotSettings.of("127.0.0.1"));
                Member alone = target.join(new MemberPlan("room", "m0", published, List.of()), bots);
                Member viewer = target.join(new MemberPlan("room", "v", List.of(), published), bots)) {
            for (Member member : List.of(alone, viewer)) {
                for (BotConnection connection : member.connections()) {
                    connection.connected().get(20, TimeUnit.SECONDS);
                }
            }
            assertEquals(2, alone.connections().size());
            assertEquals(1, viewer.connections().size());
            await("seen", () -> bots.totals().complete() > 50);
            assertTrue(viewer.connections().getFirst().firstMediaNs() > 0);
        }
    }

    /** As it is typed: twenty more viewers come and go, and the exit code says whether all that came was right. */
    @Test
    void theCommandLoadsIt(@TempDir Path folder) {
        Path json = folder.resolve("result.json");
        int exit = new CommandLine(new LoadCommand())
                .execute(
                        "--target",
                        "livekit:" + server.address(),
                        "--loopback",
                        "--participants",
                        "3",
                        "--warm-up",
                        "4",
                        "--seconds",
                        "2",
                        "--json",
                        json.toString());

        JsonNode result = JsonMapper.builder().build().readTree(json);
        assertEquals(0, exit, () -> result.path("validity").toString());
        assertEquals("LiveKit", result.path("server").path("product").asString(""));
        assertEquals("0-fake", result.path("server").path("version").asString(""));
        assertEquals(20, result.path("joins").path("joins").asInt());
        assertTrue(result.path("validity").path("complete").asLong() > 200);
        await("left", () -> server.leaves.get() == 1 + 20 + 3);
    }

    @Test
    void tellsThatTheSecretIsWrong() {
        try (LiveKitTarget wrong = new LiveKitTarget(server.address(), "devkey", "guessed", 0)) {
            IOException refused = assertThrows(IOException.class, () -> wrong.start(PLAN));
            assertEquals(
                    "LiveKit at " + server.address() + " refuses the access token (invalid token): LIVEKIT_API_KEY and"
                            + " LIVEKIT_API_SECRET name the API key and secret that it has",
                    refused.getMessage());
        }
    }

    @Test
    void tellsThatNobodyIsThere() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (LiveKitTarget absent = new LiveKitTarget("http://127.0.0.1:" + port + "/", "devkey", "secret", 0)) {
            IOException failure = assertThrows(IOException.class, () -> absent.start(PLAN));
            assertTrue(
                    String.valueOf(failure.getMessage()).startsWith("no LiveKit at ws://127.0.0.1:" + port + ": "),
                    failure.getMessage());
        }
    }

    @Test
    void tellsWhyTheServerLetsAMemberGo() throws IOException {
        server.refusal = new MessageWriter().number(2, DisconnectReason.JOIN_FAILURE.ordinal());
        IOException failure = assertThrows(IOException.class, () -> target.start(PLAN));
        assertTrue(
                String.valueOf(failure.getMessage()).endsWith("LiveKit has let it go: join failure"),
                failure.getMessage());
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new LiveKitTarget("localhost", "devkey", "secret", 0));
        assertThrows(IllegalArgumentException.class, () -> new LiveKitTarget("ftp://a", "devkey", "secret", 0));
    }
}

package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.jitsi.FakeVideobridge.Lack;
import dev.parley.benchmarks.load.LoadCommand;
import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.bot.Bots;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.bot.Totals;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bots on a fake bridge, with real sockets, handshakes and encryption. No real bridge was there to be tried. */
@Timeout(90)
final class JitsiTargetIT {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);

    private final PacketizedClip voice = PacketizedClip.of(SyntheticClips.audio(2));
    private final PacketizedClip camera =
            PacketizedClip.of(SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 2, 30));

    private List<SentTrack> tracks(String member, double phase) {
        return List.of(
                new SentTrack(member, "microphone", voice, phase), new SentTrack(member, "camera", camera, phase));
    }

    /** A meeting of two, and one who only watches. */
    private List<MemberPlan> plans() {
        List<SentTrack> one = tracks("one", 0.2);
        List<SentTrack> two = tracks("two", 0.7);
        List<SentTrack> all = new ArrayList<>(one);
        all.addAll(two);
        return List.of(
                new MemberPlan("room", "one", one, two),
                new MemberPlan("room", "two", two, one),
                new MemberPlan("room", "viewer", List.of(), all));
    }

    private static ServerFacts start(JitsiTarget target, Path folder) throws IOException, InterruptedException {
        return target.start(new ServerPlan(Place.loopback(), List.of(), folder, 10));
    }

    private static Member join(JitsiTarget target, MemberPlan plan, Bots bots) throws Exception {
        Member member = target.join(plan, bots);
        for (BotConnection connection : member.connections()) {
            connection.connected().get(20, TimeUnit.SECONDS);
        }
        return member;
    }

    private static Totals await(Bots bots, Predicate<Totals> enough) {
        long endNs = System.nanoTime() + LIMIT_NS;
        Totals totals = bots.totals();
        while (!enough.test(totals)) {
            assertTrue(System.nanoTime() - endNs < 0, "after " + totals.complete() + " whole frames");
            LockSupport.parkNanos(20_000_000);
            totals = bots.totals();
        }
        return totals;
    }

    private static void assertClean(Totals totals) {
        assertEquals(0, totals.incomplete(), "incomplete");
        assertEquals(0, totals.outOfOrder(), "out of order");
        assertEquals(0, totals.undecodable(), "undecodable");
        assertEquals(0, totals.corrupt(), "corrupt");
        assertEquals(0, totals.missing(), "missing");
        assertEquals(0, totals.misdated(), "misdated");
        assertEquals(0, totals.unexpected(), "unexpected");
    }

    @Test
    void everybodyHasEveryFrameOfTheTopLayerWhole(@TempDir Path folder) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge();
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            assertEquals("2.3.105-gfake", start(target, folder).version());
            List<Member> members = new ArrayList<>();
            for (MemberPlan plan : plans()) {
                members.add(join(target, plan, bots));
            }
            assertEquals(3, bridge.endpoints());

            Totals totals = await(bots, seen -> seen.complete() > 1_000);

            assertClean(totals);
            assertEquals(0, totals.layerPackets(0) + totals.layerPackets(1), "packets of lower layers");
            assertTrue(totals.layerPackets(2) > 500);
            assertEquals(0, bots.takeSilent());
            members.forEach(Member::close);
            assertEquals(0, bridge.conferences());
        }
    }

    @Test
    void whatIsLostIsAskedForAndTakenFromItsOwnStream(@TempDir Path folder) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge(Lack.PACKETS);
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            start(target, folder);
            List<Member> members = new ArrayList<>();
            for (MemberPlan plan : plans()) {
                members.add(join(target, plan, bots));
            }

            Totals totals = await(bots, seen -> seen.recovered() > 20);

            assertClean(totals);
            assertTrue(totals.nacks() >= totals.recovered());
            members.forEach(Member::close);
        }
    }

    @Test
    void whoComesLateSeesAndHearsEverybody(@TempDir Path folder) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge();
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            start(target, folder);
            List<MemberPlan> plans = plans();
            Member one = join(target, plans.get(0), bots);
            Member two = join(target, plans.get(1), bots);
            await(bots, seen -> seen.complete() > 100);

            Member viewer = join(target, plans.get(2), bots);
            bots.beginWindow();
            await(bots, seen -> seen.complete() > 500);

            assertEquals(0, bots.takeSilent());
            assertTrue(viewer.connections().getFirst().firstMediaNs() != 0);
            viewer.close();
            assertEquals(2, bridge.endpoints());
            one.close();
            two.close();
        }
    }

    @Test
    void anEmptiedRoomIsAnotherConferenceWhenItFillsAgain(@TempDir Path folder) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge();
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            start(target, folder);
            MemberPlan plan = plans().getFirst();
            join(target, plan, bots).close();
            assertEquals(0, bridge.conferences());

            Member again = join(target, plan, bots);
            assertEquals(1, bridge.endpoints());
            again.close();
        }
    }

    @Test
    void whatIsLeftAtTheEndIsExpired(@TempDir Path folder) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge();
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            try (JitsiTarget target = new JitsiTarget(bridge.address(), 0)) {
                start(target, folder);
                Member _ = join(target, plans().getFirst(), bots);
                assertEquals(1, bridge.conferences());
            }
            assertEquals(0, bridge.conferences());
            assertEquals("{\"expire\":true}", bridge.requests().getLast().toString());
        }
    }

    @Test
    void aJoinThatFailsTellsWhyAndLeavesNothing() throws Exception {
        assertEquals(
                "the videobridge refuses to make a conference: 400 Failed to create conference: In graceful shutdown",
                whyNot(Lack.CONFERENCES));
        assertTrue(whyNot(Lack.WEB_SOCKETS).contains("videobridge.websockets"));
        assertTrue(whyNot(Lack.FINGERPRINT).contains("no fingerprint"));
    }

    private String whyNot(Lack lack) throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge(lack);
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            IOException failure = assertThrows(IOException.class, () -> target.join(plans().getFirst(), bots));
            assertEquals(0, bridge.conferences());
            return String.valueOf(failure.getMessage());
        }
    }

    @Test
    void soundAloneNeedsNoWebSocket() throws Exception {
        try (FakeVideobridge bridge = new FakeVideobridge(Lack.WEB_SOCKETS);
                JitsiTarget target = new JitsiTarget(bridge.address(), 0);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            List<SentTrack> sound = List.of(new SentTrack("one", "microphone", voice, 0));
            Member speaker = join(target, new MemberPlan("room", "one", sound, List.of()), bots);
            Member listener = join(target, new MemberPlan("room", "two", List.of(), sound), bots);

            assertClean(await(bots, seen -> seen.complete() > 50));
            speaker.close();
            listener.close();
        }
    }

    @Test
    void noBridgeIsToldBeforeAnythingBegins(@TempDir Path folder) throws Exception {
        try (FakeVideobridge other = new FakeVideobridge(Lack.COLIBRI);
                JitsiTarget target = new JitsiTarget(other.address(), 0);
                JitsiTarget wrong = new JitsiTarget(URI.create("localhost:8080"), 0)) {
            IOException failure = assertThrows(IOException.class, () -> start(target, folder));
            assertTrue(String.valueOf(failure.getMessage()).contains("no Colibri2 interface"));
            IOException noAddress = assertThrows(IOException.class, () -> start(wrong, folder));
            assertTrue(String.valueOf(noAddress.getMessage()).contains("such as http://localhost:8080"));
        }
    }

    /** The command as it is typed, with clips as libwebrtc encoded them. */
    @Test
    void theCommandMeasuresAMeeting(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("result.json");
        try (FakeVideobridge bridge = new FakeVideobridge()) {
            int exit = new CommandLine(new LoadCommand())
                    .execute(
                            "--target",
                            "jitsi:" + bridge.address(),
                            "--participants",
                            "3",
                            "--warm-up",
                            "1",
                            "--seconds",
                            "3",
                            "--json",
                            file.toString());
            JsonNode result = JsonMapper.builder().build().readTree(file.toFile());

            assertEquals(0, exit, () -> result.path("validity").toString());
            assertEquals(
                    "Jitsi Videobridge", result.path("server").path("product").asString());
            assertEquals(20, result.path("joins").path("joins").asInt());
            assertEquals(0, result.path("rampJoins").path("failed").asInt());
            assertTrue(result.path("validity").path("complete").asLong() > 400);
            JsonNode layers = result.path("layers").path("packets");
            assertEquals(1, layers.size(), layers::toString);
            assertTrue(layers.path("2").asLong() > 500, layers::toString);
            assertEquals(0, bridge.conferences());
        }
    }
}

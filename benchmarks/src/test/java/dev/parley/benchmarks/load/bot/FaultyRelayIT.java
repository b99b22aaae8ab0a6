package dev.parley.benchmarks.load.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.bot.FaultyRelay.Fate;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bots on a server that does wrong, with real sockets, handshakes and encryption: the tool notices. */
@Timeout(60)
final class FaultyRelayIT {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    /** The relay has sent as many before a fault, so that the viewer is surely there. */
    private static final int FROM = 100;

    private static final int EVERY = 53;

    @Test
    void aFaithfulServerIsFoundFaithful() throws Exception {
        Totals totals = through(_ -> Fate.FORWARD, seen -> seen.complete() > 100);

        assertEquals(
                0, totals.incomplete() + totals.outOfOrder() + totals.corrupt() + totals.missing() + totals.misdated());
        assertTrue(totals.latencyUs().getTotalCount() > 0);
        assertTrue(totals.latencyUs().getValueAtPercentile(50) < 1_000_000, "not seconds");
    }

    @Test
    void aServerThatLosesPacketsIsSeenToLoseThem() throws Exception {
        Totals totals = through(faulty(Fate.DROP), seen -> seen.missing() > 2);

        assertTrue(totals.nacks() > 0, "asked for again");
        assertTrue(totals.incomplete() > 0);
        assertTrue(totals.plis() > 0, "a keyframe asked for");
    }

    @Test
    void aServerThatHidesItsLossesIsSeenToHaveThem() throws Exception {
        Totals totals = through(faulty(Fate.DROP_UNSEEN), seen -> seen.incomplete() + seen.outOfOrder() > 2);

        assertEquals(0, totals.missing());
    }

    @Test
    void aServerThatSwapsPacketsAndNumbersThemAnewIsFoundOut() throws Exception {
        Totals totals = through(faulty(Fate.AFTER_NEXT), seen -> seen.incomplete() + seen.outOfOrder() > 2);

        assertEquals(0, totals.missing());
    }

    @Test
    void aServerThatChangesABitIsFoundOut() throws Exception {
        Totals totals = through(faulty(Fate.CORRUPT), seen -> seen.corrupt() > 2);

        assertEquals(0, totals.missing());
        assertTrue(totals.incomplete() > 0);
    }

    private static FaultyRelay.Plan faulty(Fate fate) {
        return packet -> packet > FROM && packet % EVERY == 0 ? fate : Fate.FORWARD;
    }

    /** What a viewer has seen of a publisher once {@code enough}. */
    private static Totals through(FaultyRelay.Plan plan, Predicate<Totals> enough) throws Exception {
        List<SyntheticClips.LayerShape> layers = List.of(new SyntheticClips.LayerShape("", 640, 360, 1_500_000));
        SentTrack track = new SentTrack(
                "publisher", "camera", PacketizedClip.of(SyntheticClips.video(Codec.VP8, layers, 2, 30)), 0.3);
        try (FaultyRelay relay = new FaultyRelay(plan);
                Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            BotConnection viewer = bots.open("viewer");
            String wanted = viewer.offer(List.of(new SectionPlan.Receives(Codec.VP8)));
            viewer.acceptAnswer(relay.answerToViewer(wanted));
            viewer.expect("0", track);
            viewer.connected().get(20, TimeUnit.SECONDS);
            BotConnection publisher = bots.open("publisher");
            String offered = publisher.offer(List.of(new SectionPlan.Sends(track)));
            publisher.acceptAnswer(relay.answerToPublisher(offered));
            publisher.connected().get(20, TimeUnit.SECONDS);
            return await(bots, enough);
        }
    }

    private static Totals await(Bots bots, Predicate<Totals> enough) {
        long endNs = System.nanoTime() + LIMIT_NS;
        Totals totals = bots.totals();
        while (!enough.test(totals)) {
            assertTrue(System.nanoTime() - endNs < 0, "nothing noticed, after " + totals.complete() + " frames");
            LockSupport.parkNanos(20_000_000);
            totals = bots.totals();
        }
        return totals;
    }
}

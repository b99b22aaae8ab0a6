package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import dev.parley.sfu.shard.GatherPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How long the runs are in which a room's packets leave, by packets of the shape that browsers send. There are hundreds
 * of thousands, too many to trace where each was acquired.
 */
@ExtendWith(WithoutLeakTracing.class)
final class BatchingScenarioTest {
    private static final int SETTLING_MS = 600;
    private static final int MEASURED_MS = 700;
    private static final int GATHER_US = 500;

    /** What one room has shown. */
    private record Result(int parties, int gatherUs, SimulatedLoop loop) {
        String row() {
            return String.format(
                    Locale.ROOT,
                    "| %2d | %5d | %7.0f | %5.2f | %5.2f | %4.1f %% | %5.0f | %5.0f | %5.0f | %4.0f |",
                    parties,
                    gatherUs,
                    loop.packets() * 1_000.0 / MEASURED_MS,
                    loop.meanRunWithoutPadding(),
                    loop.meanRun(),
                    100 * loop.paddedShare(),
                    loop.delayUs(0.5),
                    loop.delayUs(0.99),
                    loop.delayUs(0.999),
                    loop.sendingNs());
        }
    }

    @Test
    void framesOfATenPartyRoomLeaveInRunsOfMoreThanThreeAndTheyGrowWithLoad() {
        List<Result> results = new ArrayList<>();
        Result three = play(3, GATHER_US, results);
        Result alone = play(10, 0, results);
        Result ten = play(10, GATHER_US, results);
        Result thirty = play(30, GATHER_US, results);
        print(results);
        assertTrue(ten.loop().meanRun() > 3, "a mean of " + ten.loop().meanRun());
        assertTrue(ten.loop().meanRun() > 2 * alone.loop().meanRun(), "gathering hardly helps");
        assertTrue(ten.loop().meanRun() > 1.2 * ten.loop().meanRunWithoutPadding(), "padding hardly helps");
        assertTrue(thirty.loop().meanRun() > ten.loop().meanRun(), "runs do not grow with load");
        // A small room's packets are not held back at all.
        assertTrue(
                three.loop().delayUs(0.99) < 100,
                "held back for " + three.loop().delayUs(0.99) + " us");
        assertTrue(
                ten.loop().delayUs(0.99) < 2 * GATHER_US,
                "held back for " + ten.loop().delayUs(0.99) + " us");
    }

    private static Result play(int parties, int gatherUs, List<Result> results) {
        SimulatedSfu.Setup setup = SimulatedSfu.Setup.of(parties).withCiphers(new ClearCiphers());
        try (SimulatedSfu sfu = new SimulatedSfu(parties, setup)) {
            List<SimulatedClient> clients = new ArrayList<>();
            List<BrowserCamera> cameras = new ArrayList<>();
            for (int i = 0; i < parties; i++) {
                SimulatedClient client = sfu.client("member" + i);
                SentStream audio = client.microphone().stream();
                cameras.add(new BrowserCamera(client, client.camera().stream(), audio, i));
                for (int slot = 1; slot < parties; slot++) {
                    client.slot(MediaKind.AUDIO);
                    client.slot(MediaKind.VIDEO);
                }
                client.join();
                clients.add(client);
            }
            sfu.runMs(300);
            clients.forEach(client -> watchAll(client, clients));
            SimulatedLoop loop = new SimulatedLoop(sfu.shard(0), sfu.clock(), new GatherPolicy(gatherUs * 1_000L));
            sfu.shard(0).loop(loop);
            cameras.forEach(BrowserCamera::start);
            sfu.runMs(SETTLING_MS);
            loop.startCounting();
            sfu.runMs(MEASURED_MS);
            assertShaped(cameras);
            assertComplete(clients.getFirst(), parties);
            Result result = new Result(parties, gatherUs, loop);
            results.add(result);
            return result;
        }
    }

    private static void watchAll(SimulatedClient viewer, List<SimulatedClient> clients) {
        int slot = 2;
        for (SimulatedClient other : clients) {
            if (other != viewer) {
                viewer.subscribe(Integer.toString(slot++), other.trackId(Call.MICROPHONE));
                viewer.subscribe(Integer.toString(slot++), other.trackId(Call.CAMERA));
            }
        }
    }

    /** The test is about what browsers send, so that has to be so. */
    private static void assertShaped(List<BrowserCamera> cameras) {
        assertEquals(6.6, mean(cameras, BrowserCamera::packetsPerFrame), 0.3);
        assertEquals(0.33, mean(cameras, camera -> camera.spanMs(0.5)), 0.08);
        assertEquals(1.0, mean(cameras, camera -> camera.spanMs(0.9)), 0.3);
    }

    private static double mean(List<BrowserCamera> cameras, ToDoubleFunction<BrowserCamera> value) {
        return cameras.stream().mapToDouble(value).average().orElseThrow();
    }

    /** Padding and order have left nothing that a decoder would stumble over. */
    private static void assertComplete(SimulatedClient viewer, int parties) {
        for (int slot = 3; slot < 2 * parties; slot += 2) {
            Call.assertContinuous(viewer.received(Integer.toString(slot)));
        }
    }

    @SuppressWarnings("SystemOut") // The table is what the test is read for.
    private static void print(List<Result> results) {
        System.out.println(
                "| parties | gather µs | packets/s | run, no padding | run | padded | delay p50 µs | p99 | p99.9"
                        + " | send ns |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        results.forEach(result -> System.out.println(result.row()));
    }
}

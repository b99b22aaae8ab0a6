package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A room of ten microphones in which three are heard at a time. */
final class LoudestSpeakersScenarioTest {
    private static final int TALKERS = 10;
    private static final int HEARD = 3;
    private static final int SPEECH = 25;
    private static final int WHISPER = 45;
    private static final long WINDOW_NS = 200_000_000L;

    private static final class Assembly implements AutoCloseable {
        final SimulatedSfu sfu;
        final List<SimulatedSource> microphones = new ArrayList<>();
        final SimulatedClient listener;
        final List<String> slots = new ArrayList<>();

        Assembly(long seed, SimulatedSfu.Setup setup) {
            sfu = new SimulatedSfu(
                    seed, setup.withLimits(SfuConfig.Limits.defaults().withLoudestSpeakers(HEARD)));
            List<SimulatedClient> talkers = new ArrayList<>();
            for (int i = 0; i < TALKERS; i++) {
                SimulatedClient talker = sfu.client("talker-" + i);
                microphones.add(talker.microphone());
                talker.join();
                talkers.add(talker);
            }
            listener = sfu.client("listener");
            for (int i = 0; i < TALKERS; i++) {
                slots.add(listener.slot(MediaKind.AUDIO));
            }
            listener.join();
            for (int i = 0; i < TALKERS; i++) {
                listener.subscribe(slots.get(i), talkers.get(i).trackId(MediaKind.AUDIO));
            }
            sfu.runMs(1_000);
            microphones.forEach(SimulatedSource::start);
        }

        ReceivedStream heard(int talker) {
            return listener.received(slots.get(talker));
        }

        /** Packets of a talker that have come since. */
        long heardSince(int talker, long ns) {
            return heard(talker).arrivals().stream()
                    .filter(packet -> packet.atNs() >= ns)
                    .count();
        }

        /** Who is heard in each stretch of time. */
        Map<Long, Set<Integer>> heardByWindow() {
            Map<Long, Set<Integer>> windows = new HashMap<>();
            for (int talker = 0; talker < TALKERS; talker++) {
                for (ReceivedStream.Arrival packet : heard(talker).arrivals()) {
                    windows.computeIfAbsent(packet.atNs() / WINDOW_NS, at -> new HashSet<>())
                            .add(talker);
                }
            }
            return windows;
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    private static SimulatedSfu.Setup setup(long seed) {
        return SimulatedSfu.Setup.of(seed);
    }

    @Test
    void onlyTheLoudestAreHeard() {
        try (Assembly room = new Assembly(320, setup(320))) {
            for (int i = 0; i < TALKERS; i++) {
                room.microphones.get(i).audioLevel(i < HEARD ? SPEECH - 10 : WHISPER);
            }
            room.sfu.runMs(3_000);
            long sinceNs = room.sfu.clock().nowNs();
            room.sfu.runMs(2_000);
            for (int i = 0; i < TALKERS; i++) {
                long packets = room.heardSince(i, sinceNs);
                assertTrue(i < HEARD ? packets >= 98 : packets == 0, packets + " packets of talker " + i);
            }
            assertTrue(room.sfu.dropped(DropReason.NOT_AMONG_LOUDEST) > 1_000);
        }
    }

    @Test
    void speechInSilenceIsHeardFromItsFirstPacketAndGoesOnWithoutAGap() {
        // On one shard, as the others hear of levels only ten times a second.
        try (Assembly room = new Assembly(321, setup(321).withShards(1, 0))) {
            room.sfu.runMs(3_000);
            for (int turn = 0; turn < 2 * TALKERS; turn++) {
                int talker = turn % TALKERS;
                long sinceNs = room.sfu.clock().nowNs();
                room.microphones.get(talker).audioLevel(SPEECH);
                room.sfu.runMs(1_500);
                long packets = room.heardSince(talker, sinceNs);
                assertTrue(packets >= 74, "talker " + talker + " was heard in " + packets + " of 75 packets");
                room.microphones.get(talker).audioLevel(SimulatedSource.SILENCE_DBOV);
                room.sfu.runMs(300);
            }
            for (int i = 0; i < TALKERS; i++) {
                assertEquals(List.of(), room.heard(i).complaints(), "talker " + i);
            }
            assertEquals(0, room.listener.media().refused());
        }
    }

    @Test
    void timestampsSayHowLongATalkerWasNotHeard() {
        try (Assembly room = new Assembly(322, setup(322))) {
            room.microphones.forEach(microphone -> microphone.audioLevel(SPEECH));
            for (int turn = 0; turn < 2 * TALKERS; turn++) {
                SimulatedSource loud = room.microphones.get(turn % TALKERS);
                loud.audioLevel(5);
                room.sfu.runMs(2_000);
                loud.audioLevel(SPEECH);
            }
            int resumed = 0;
            for (int i = 0; i < TALKERS; i++) {
                List<ReceivedStream.Arrival> arrivals = room.heard(i).arrivals();
                for (int k = 1; k < arrivals.size(); k++) {
                    long passedNs = arrivals.get(k).atNs() - arrivals.get(k - 1).atNs();
                    long toldNs =
                            (arrivals.get(k).timestamp() - arrivals.get(k - 1).timestamp()) * 1_000_000_000L / 48_000;
                    assertTrue(
                            Math.abs(passedNs - toldNs) < 40_000_000,
                            "talker " + i + ": " + passedNs + ", told " + toldNs);
                    resumed += passedNs > 1_000_000_000L ? 1 : 0;
                }
            }
            assertTrue(resumed > 0, "nobody was heard again");
        }
    }

    @Test
    void neverAreMoreHeardThanThereArePlacesThoughAllSpeakByTurns() {
        try (Assembly room = new Assembly(323, setup(323))) {
            for (int i = 0; i < 60; i++) {
                for (int talker = 0; talker < TALKERS; talker++) {
                    boolean speaks = (i * 7 + talker * 3) % 5 < 2;
                    room.microphones
                            .get(talker)
                            .audioLevel(speaks ? SPEECH + talker % 3 : SimulatedSource.SILENCE_DBOV);
                }
                room.sfu.runMs(300);
            }
            // In the window of a change both are heard, the one before and the one after.
            room.heardByWindow().values().forEach(heard -> assertTrue(heard.size() <= 2 * HEARD, heard.toString()));
            long full = room.heardByWindow().values().stream()
                    .filter(heard -> heard.size() > HEARD)
                    .count();
            assertTrue(
                    full < room.heardByWindow().size() / 2,
                    full + " windows of " + room.heardByWindow().size());
            for (int i = 0; i < TALKERS; i++) {
                assertEquals(List.of(), room.heard(i).complaints(), "talker " + i);
            }
        }
    }

    @Test
    void roomOnSeveralShardsHearsTheLoudestOfAll() {
        try (Assembly room = new Assembly(324, setup(324).withShards(3, 1))) {
            for (int i = 0; i < TALKERS; i++) {
                room.microphones.get(i).audioLevel(i % 4 == 1 ? SPEECH - 10 : WHISPER);
            }
            room.sfu.runMs(3_000);
            long sinceNs = room.sfu.clock().nowNs();
            room.sfu.runMs(2_000);
            for (int i = 0; i < TALKERS; i++) {
                long packets = room.heardSince(i, sinceNs);
                assertTrue(i % 4 == 1 ? packets >= 98 : packets == 0, packets + " packets of talker " + i);
                assertEquals(List.of(), room.heard(i).complaints(), "talker " + i);
            }
            room.microphones.get(1).audioLevel(SimulatedSource.SILENCE_DBOV);
            room.microphones.get(0).audioLevel(5);
            room.sfu.runMs(2_000);
            room.microphones.get(0).audioLevel(SimulatedSource.SILENCE_DBOV);
            room.microphones.get(1).audioLevel(5);
            sinceNs = room.sfu.clock().nowNs();
            room.sfu.runMs(2_000);
            // All who are heard speak, or have just stopped: it takes half a second to be one of them.
            assertTrue(room.heardSince(1, sinceNs) > 60, room.heardSince(1, sinceNs) + " packets");
            assertEquals(List.of(), room.heard(1).complaints());
            assertEquals(0, room.listener.media().refused());
        }
    }
}

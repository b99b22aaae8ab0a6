package dev.parley.sfu.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.room.ActiveSpeakers.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four microphones and two places. */
final class LoudestSpeakersTest {
    private static final int SILENCE = 127;
    private static final int NOISE = 52;
    private static final int SPEECH = 25;
    /** No packet at all, as with DTX. */
    private static final int NOTHING = -1;

    private static final long PACKET_MS = 20;

    private final ActiveSpeakers<String> speakers = new ActiveSpeakers<>();
    private final LoudestSpeakers<String> loudest = new LoudestSpeakers<>(2, speakers);
    private final List<Source<String>> sources = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    /** Packets of each source that were heard in the last call of {@link #play}. */
    private int[] heardPackets = {};

    private long nowMs = 10_000;

    LoudestSpeakersTest() {
        for (String name : List.of("ann", "bob", "cat", "dan")) {
            sources.add(loudest.add(name));
        }
    }

    @Test
    void whoeverComesFirstIsHeardWhileThereArePlaces() {
        play(1_000, NOISE, SILENCE, NOTHING, NOTHING);
        assertEquals(List.of("ann", "bob"), loudest.heard());
        play(1_000, SILENCE, SILENCE, SILENCE, SILENCE);
        assertEquals(List.of("ann", "bob"), loudest.heard());
        assertEquals(0, heardPackets[2]);
    }

    @Test
    void speechIsHeardFromItsFirstPacketWhileThePlacesAreIdle() {
        play(2_000, SILENCE, SILENCE, SILENCE, SILENCE);
        play(100, SILENCE, SILENCE, SPEECH, SILENCE);
        assertEquals(5, heardPackets[2]);
    }

    @Test
    void speechIsHeardBesideNoiseFromItsFirstPacket() {
        play(2_000, NOISE, NOISE, SILENCE, SILENCE);
        play(100, NOISE, NOISE, SPEECH, SILENCE);
        assertEquals(5, heardPackets[2]);
    }

    @Test
    void thirdSpeakerIsNotHeardWhileTwoSpeakAsLoud() {
        play(2_000, SPEECH, SPEECH, SILENCE, SILENCE);
        play(5_000, SPEECH, SPEECH, SPEECH, SILENCE);
        assertEquals(List.of("ann", "bob"), loudest.heard());
        assertEquals(0, heardPackets[2]);
    }

    @Test
    void clearlyLouderSpeakerTakesThePlaceOfTheLeastDominant() {
        play(2_000, 20, 35, SILENCE, SILENCE);
        play(2_000, 20, 35, 10, SILENCE);
        assertEquals(List.of("ann", "cat"), sorted(loudest.heard()));
    }

    @Test
    void whoPausesKeepsItsPlaceUntilSomebodyNeedsIt() {
        play(2_000, SPEECH, SPEECH, SILENCE, SILENCE);
        play(5_000, NOTHING, NOTHING, SILENCE, SILENCE);
        play(100, SPEECH, NOTHING, SILENCE, SILENCE);
        assertEquals(5, heardPackets[0]);
        play(100, SPEECH, NOTHING, SPEECH, SILENCE);
        assertEquals(5, heardPackets[2]);
        assertEquals(List.of("ann", "cat"), sorted(loudest.heard()));
    }

    @Test
    void wordsOfManyDoNotMakeThePlacesGoRound() {
        play(2_000, SPEECH, SPEECH, SILENCE, SILENCE);
        loudest.takeChanged();
        changes.clear();
        for (int i = 0; i < 50; i++) {
            int[] levels = {SPEECH, SPEECH, SPEECH, SPEECH};
            levels[i % 4] = SILENCE;
            play(200, levels);
        }
        // Ten seconds: nobody who has just got a place loses it within one.
        assertTrue(changes.size() <= 10, changes.toString());
    }

    @Test
    void noMoreAreHeardThanThereArePlaces() {
        for (int i = 0; i < 200; i++) {
            play(100, i * 7 % 60, i * 11 % 60, i * 13 % 60, i * 17 % 60);
            assertEquals(2, loudest.heard().size());
            assertEquals(2, sources.stream().filter(Source::isHeard).count());
        }
    }

    @Test
    void placeOfWhoeverLeavesIsFree() {
        play(2_000, SPEECH, SPEECH, SILENCE, SILENCE);
        loudest.takeChanged();
        loudest.remove(sources.get(0));
        assertTrue(loudest.takeChanged());
        play(20, NOTHING, SPEECH, SPEECH, SILENCE);
        assertEquals(List.of("bob", "cat"), sorted(loudest.heard()));
    }

    @Test
    void whatOtherShardsHeardCountsAsMuch() {
        play(2_000, SILENCE, SILENCE, SILENCE, SILENCE);
        loudest.levels(sources.get(3), 5, 5 * (60 - SPEECH), nowMs * 1_000_000);
        assertTrue(sources.get(3).isHeard());
    }

    @Test
    void withoutPlacesEverybodyIsHeard() {
        LoudestSpeakers<String> all = new LoudestSpeakers<>(0, new ActiveSpeakers<>());
        Source<String> eve = all.add("eve");
        assertTrue(all.level(eve, SILENCE, 0));
        all.update(0);
        assertFalse(all.takeChanged());
        assertFalse(all.isLimited());
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private void play(int durationMs, int... levels) {
        heardPackets = new int[levels.length];
        for (int i = 0; i < durationMs; i++, nowMs++) {
            for (int k = 0; nowMs % PACKET_MS == 0 && k < levels.length; k++) {
                if (levels[k] != NOTHING && loudest.level(sources.get(k), levels[k], nowMs * 1_000_000)) {
                    heardPackets[k]++;
                }
            }
            speakers.update(nowMs * 1_000_000);
            loudest.update(nowMs * 1_000_000);
            if (loudest.takeChanged()) {
                changes.add(nowMs + " " + Arrays.toString(loudest.heard().toArray()));
            }
        }
    }
}

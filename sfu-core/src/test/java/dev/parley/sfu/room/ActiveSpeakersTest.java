package dev.parley.sfu.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.room.ActiveSpeakers.Source;
import dev.parley.sfu.room.ActiveSpeakers.Speaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ActiveSpeakersTest {
    private static final int SILENCE = 127;
    private static final int NOISE = 55;
    private static final int SPEECH = 25;

    private final ActiveSpeakers<String> speakers = new ActiveSpeakers<>();
    private final Source<String> ann = speakers.add("ann");
    private final Source<String> bob = speakers.add("bob");
    private long nowMs = 10_000;
    private final List<String> changes = new ArrayList<>();

    @Test
    void speakingBeginsWithinHalfASecondAndEndsWithinOne() {
        play(1_000, SILENCE, SILENCE);
        assertEquals(List.of(), changes);
        play(500, SPEECH, SILENCE);
        assertEquals(List.of("ann"), names());
        play(2_000, SPEECH, SILENCE);
        play(999, SILENCE, SILENCE);
        assertEquals(List.of(), names());
        assertEquals(List.of("[ann]", "[]"), changes);
    }

    @Test
    void fullScaleIsForgottenWithinASecondEvenWithoutFurtherPackets() {
        play(3_000, 0, SILENCE);
        assertEquals(List.of("ann"), names());
        assertEquals(1, speakers.speakers().get(0).level(), 0.01);
        play(999, -1, -1);
        assertEquals(List.of(), names());
    }

    @Test
    void backgroundNoiseIsNotSpeech() {
        play(5_000, NOISE, NOISE);
        assertEquals(List.of(), changes);
    }

    @Test
    void shortInterruptionDoesNotTakeTheFloorButASecondOfLouderSpeechDoes() {
        play(4_000, SPEECH, SILENCE);
        play(200, SPEECH, 10);
        assertEquals("ann", names().get(0));
        play(2_000, 45, 10);
        assertEquals("bob", names().get(0));
    }

    @Test
    void twoEquallyLoudSpeakersDoNotSwapPlaces() {
        play(3_000, SPEECH, SILENCE);
        for (int i = 0; i < 20; i++) {
            play(200, SPEECH + i % 2 * 3, SPEECH + (i + 1) % 2 * 3);
        }
        assertEquals(List.of("[ann]", "[ann, bob]"), changes);
    }

    @Test
    void speakerWhoLeavesIsGoneAtTheNextUpdate() {
        play(1_000, SPEECH, SILENCE);
        speakers.remove(ann);
        play(200, SPEECH, SILENCE);
        assertEquals(List.of("[ann]", "[]"), changes);
        speakers.remove(bob);
        assertEquals(Long.MAX_VALUE, speakers.nextDeadlineNs());
    }

    @Test
    void changesAreAtLeastOneIntervalApart() {
        assertFalse(speakers.update(0));
        for (int i = 0; i < 50; i++) {
            ann.level(0);
        }
        assertFalse(speakers.update(ActiveSpeakers.INTERVAL_NS - 1));
        assertTrue(speakers.update(ActiveSpeakers.INTERVAL_NS));
        assertEquals(2 * ActiveSpeakers.INTERVAL_NS, speakers.nextDeadlineNs());
    }

    private List<String> names() {
        return speakers.speakers().stream().map(Speaker::key).toList();
    }

    /** One packet each per 20 ms; a negative level stands for no packet. */
    private void play(int durationMs, int annLevel, int bobLevel) {
        for (int i = 0; i < durationMs; i++, nowMs++) {
            if (nowMs % 20 == 0 && annLevel >= 0) {
                ann.level(annLevel);
            }
            if (nowMs % 20 == 0 && bobLevel >= 0) {
                bob.level(bobLevel);
            }
            if (speakers.update(nowMs * 1_000_000)) {
                changes.add(names().toString());
            }
        }
    }
}

package dev.parley.sfu.room;

import dev.parley.sfu.room.ActiveSpeakers.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is heard in a room that has more microphones than may be heard at once: a number of places, which those take who
 * dominate ({@link ActiveSpeakers}). What the others send is not forwarded. Owned by the room's shard.
 *
 * <p>Places stay taken until somebody else has use for them, so pauses cost nobody the first syllable, and while there
 * are fewer microphones than places all are heard. Who is loud while the holder of a place is not speaking takes it with
 * that very packet; who speaks up among speakers takes it from the least dominant of them, by the order and with the
 * hysteresis of {@link ActiveSpeakers}. Nobody loses a place within a second of getting it.
 *
 * @param <K> what names a source, such as a participant
 */
final class LoudestSpeakers<K> {
    private static final long HOLD_NS = 1_000_000_000L;
    /** How much louder a packet is than whoever has the place and does not speak: of speech beside quiet noise. */
    private static final double CLEARLY_LOUDER_DB = 10;

    private final ActiveSpeakers<K> speakers;
    private final int places;
    private final List<Source<K>> heard = new ArrayList<>();
    private boolean changed;

    /**
     * @param places how many are heard at once, 0 for all
     */
    LoudestSpeakers(int places, ActiveSpeakers<K> speakers) {
        this.places = places;
        this.speakers = speakers;
    }

    /** Whether there are places at all, or everybody is heard. */
    boolean isLimited() {
        return places > 0;
    }

    /** Adds a source to those who speak, which is not heard until it sends something. */
    Source<K> add(K key) {
        Source<K> source = speakers.add(key);
        source.heard(!isLimited());
        return source;
    }

    void remove(Source<K> source) {
        changed |= heard.remove(source);
        speakers.remove(source);
    }

    /**
     * Notes the level in a packet: 0 (full scale) to 127 (silence), in −dBov.
     *
     * @return whether the packet is to be heard
     */
    boolean level(Source<K> source, int attenuationDb, long nowNs) {
        source.level(attenuationDb);
        if (!source.isHeard()) {
            takeFreePlace(source, ActiveSpeakers.loudnessDb(attenuationDb), nowNs);
        }
        return source.isHeard();
    }

    /** As {@link #level} for packets that were heard elsewhere: the sum of their loudness. */
    void levels(Source<K> source, int packets, int loudnessDb, long nowNs) {
        source.add(packets, loudnessDb);
        if (!source.isHeard() && packets > 0) {
            takeFreePlace(source, (double) loudnessDb / packets, nowNs);
        }
    }

    private void takeFreePlace(Source<K> source, double loudnessDb, long nowNs) {
        if (heard.size() < places) {
            admit(source, nowNs);
            return;
        }
        Source<K> idle = leastDominant(nowNs);
        if (idle != null
                && speakers.place(idle) == ActiveSpeakers.NOT_SPEAKING
                && loudnessDb >= idle.recentDb() + CLEARLY_LOUDER_DB) {
            replace(idle, source, nowNs);
        }
    }

    /** Gives those who dominate now a place; to be called after each {@link ActiveSpeakers#update}. */
    void update(long nowNs) {
        int dominant = Math.min(places, speakers.speakingCount());
        for (int place = 0; place < dominant; place++) {
            Source<K> source = speakers.speaking(place);
            Source<K> least = source.isHeard() ? null : leastDominant(nowNs);
            if (least != null) {
                replace(least, source, nowNs);
            }
        }
    }

    /** Who would lose its place next, or {@code null} if all who have one are to keep it for now. */
    private @Nullable Source<K> leastDominant(long nowNs) {
        Source<K> least = null;
        int leastPlace = places - 1;
        for (int i = 0; i < heard.size(); i++) {
            Source<K> source = heard.get(i);
            int place = speakers.place(source);
            boolean later = place > leastPlace || place == leastPlace && least != null && isQuieter(source, least);
            if (later && nowNs - source.heardSinceNs() >= HOLD_NS) {
                least = source;
                leastPlace = place;
            }
        }
        return least;
    }

    private boolean isQuieter(Source<K> source, Source<K> than) {
        return source.recentDb() < than.recentDb();
    }

    private void replace(Source<K> before, Source<K> after, long nowNs) {
        heard.remove(before);
        before.heard(false);
        admit(after, nowNs);
    }

    private void admit(Source<K> source, long nowNs) {
        heard.add(source);
        source.heard(true);
        source.heardSince(nowNs);
        changed = true;
    }

    /** Whether others are heard than when this was last asked. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Who has a place. */
    List<K> heard() {
        List<K> keys = new ArrayList<>(heard.size());
        for (Source<K> source : heard) {
            keys.add(source.key());
        }
        return keys;
    }
}

package dev.parley.sfu.room;

import java.util.ArrayList;
import java.util.List;

/**
 * Who speaks in one room, the most dominant first, from the audio levels that clients put into their packets (RFC 6464).
 * Owned by the room's shard.
 *
 * <p>In the manner of Volfin and Cohen (Dominant speaker identification for multipoint videoconferencing, 2012) each
 * source is judged over windows of different length: a fast average (about 0.3 s) tells whether somebody speaks, and
 * together with a slow one (about 1.5 s) who dominates, so that a cough does not take the floor. Instead of their
 * statistical model there are thresholds, with hysteresis both for speaking and for the order.
 *
 * <p>The voice activity bit is left out: clients differ too much in what they set it to.
 *
 * @param <K> what names a source, such as a participant
 */
public final class ActiveSpeakers<K> {
    /** How often sources are judged, so also the least distance between two changes, in nanoseconds. */
    public static final long INTERVAL_NS = 200_000_000L;

    /** Levels are attenuations, 0 to 127 −dBov; what is fainter than this counts as silence. */
    private static final int FLOOR_DB = 60;

    /** Mean loudness above the floor at which somebody begins to speak: −40 dBov. */
    private static final double START_DB = 20;

    /** And at which somebody has stopped: even from full scale, silence gets here in three intervals. */
    private static final double STOP_DB = 8;

    /** How much a speaker must exceed the one before it in order to pass. */
    private static final double PASSING_DB = 6;

    /** The {@link #place} of whoever does not speak. */
    static final int NOT_SPEAKING = Integer.MAX_VALUE;

    private static final double FAST_WEIGHT = 0.5;
    private static final double SLOW_WEIGHT = 0.12;

    /**
     * One who speaks.
     *
     * @param level loudness of the last moments, from 0 (silence) to 1 (full scale)
     */
    public record Speaker<K>(K key, double level) {}

    /** One audio track, which reports its levels here, packet by packet. */
    public static final class Source<K> {
        private final K key;
        private int packets;
        private int loudnessDb;
        private double fastDb;
        private double slowDb;
        /** Whether what it sends is forwarded, and since when: see {@link LoudestSpeakers}. */
        private boolean heard = true;

        private long heardSinceNs;

        /** A source by itself, for whoever passes on what it hears. */
        Source(K key) {
            this.key = key;
        }

        /** The level in a packet: 0 (full scale) to 127 (silence), in −dBov. */
        public void level(int attenuationDb) {
            packets++;
            loudnessDb += ActiveSpeakers.loudnessDb(attenuationDb);
        }

        /** What was heard elsewhere: the sum of the loudness of so many packets. */
        void add(int morePackets, int moreLoudnessDb) {
            packets += morePackets;
            loudnessDb += moreLoudnessDb;
        }

        K key() {
            return key;
        }

        /** Packets heard since the last {@link #clear()}. */
        int packets() {
            return packets;
        }

        /** The sum of their loudness; 0 for silence. */
        int loudnessDb() {
            return loudnessDb;
        }

        void clear() {
            packets = 0;
            loudnessDb = 0;
        }

        boolean isHeard() {
            return heard;
        }

        void heard(boolean nowHeard) {
            heard = nowHeard;
        }

        long heardSinceNs() {
            return heardSinceNs;
        }

        void heardSince(long ns) {
            heardSinceNs = ns;
        }

        /** Mean loudness of the last moments, those of the interval that is not over included. */
        double recentDb() {
            return Math.max(fastDb, meanDb());
        }

        private double meanDb() {
            // No packets are silence too: with DTX, or muted, a client sends next to none.
            return packets == 0 ? 0 : (double) loudnessDb / packets;
        }

        private void closeInterval() {
            double meanDb = meanDb();
            fastDb += FAST_WEIGHT * (meanDb - fastDb);
            slowDb += SLOW_WEIGHT * (meanDb - slowDb);
            clear();
        }

        private double scoreDb() {
            return (fastDb + slowDb) / 2;
        }
    }

    /** How far above silence an attenuation of 0 to 127 −dBov is. */
    static int loudnessDb(int attenuationDb) {
        return Math.max(0, FLOOR_DB - attenuationDb);
    }

    private final List<Source<K>> sources = new ArrayList<>();
    private final List<Source<K>> speaking = new ArrayList<>();
    private List<K> reported = List.of();
    private long nextUpdateNs = Long.MIN_VALUE;

    /** Adds a source, silent at first. */
    public Source<K> add(K key) {
        Source<K> source = new Source<>(key);
        sources.add(source);
        return source;
    }

    /** Removes a source; if it was speaking, the next {@link #update} says that it no longer is. */
    public void remove(Source<K> source) {
        sources.remove(source);
        speaking.remove(source);
    }

    /**
     * Judges the sources if an interval is over.
     *
     * @return whether {@link #speakers()} differ in who or in order from when it was last true
     */
    public boolean update(long nowNs) {
        if (nowNs < nextUpdateNs) {
            return false;
        }
        nextUpdateNs = nowNs + INTERVAL_NS;
        // By index: an iterator would be garbage, ten times a second for ever.
        for (int i = 0; i < sources.size(); i++) {
            Source<K> source = sources.get(i);
            source.closeInterval();
            boolean wasSpeaking = speaking.contains(source);
            if (!wasSpeaking && source.fastDb >= START_DB) {
                speaking.add(source);
            } else if (wasSpeaking && source.fastDb < STOP_DB) {
                speaking.remove(source);
            }
        }
        order();
        return changed();
    }

    int speakingCount() {
        return speaking.size();
    }

    /** One of those who speak, 0 being the most dominant. */
    Source<K> speaking(int place) {
        return speaking.get(place);
    }

    /** Where a source is in the order of those who speak, or {@link #NOT_SPEAKING}. */
    int place(Source<K> source) {
        int place = speaking.indexOf(source);
        return place < 0 ? NOT_SPEAKING : place;
    }

    /** Who speaks now, the most dominant first. */
    public List<Speaker<K>> speakers() {
        List<Speaker<K>> speakers = new ArrayList<>(speaking.size());
        for (Source<K> source : speaking) {
            speakers.add(new Speaker<>(source.key, Math.min(1, source.fastDb / FLOOR_DB)));
        }
        return speakers;
    }

    /** When to call {@link #update} next; {@link Long#MAX_VALUE} while there is nobody to judge. */
    public long nextDeadlineNs() {
        return sources.isEmpty() && reported.isEmpty() ? Long.MAX_VALUE : nextUpdateNs;
    }

    /** Insertion sort from the previous order: a speaker passes the one before it only by a clear margin. */
    private void order() {
        for (int i = 1; i < speaking.size(); i++) {
            Source<K> source = speaking.get(i);
            int place = i;
            while (place > 0 && source.scoreDb() > speaking.get(place - 1).scoreDb() + PASSING_DB) {
                speaking.set(place, speaking.get(place - 1));
                place--;
            }
            speaking.set(place, source);
        }
    }

    private boolean changed() {
        boolean same = reported.size() == speaking.size();
        for (int i = 0; same && i < reported.size(); i++) {
            same = reported.get(i).equals(speaking.get(i).key);
        }
        if (same) {
            return false;
        }
        List<K> keys = new ArrayList<>(speaking.size());
        for (Source<K> source : speaking) {
            keys.add(source.key);
        }
        reported = keys;
        return true;
    }
}

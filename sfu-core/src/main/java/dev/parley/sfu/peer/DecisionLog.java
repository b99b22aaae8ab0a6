package dev.parley.sfu.peer;

import dev.parley.sfu.Explanation;
import java.util.ArrayList;
import java.util.List;

/**
 * What was decided lately for one subscriber: a ring whose entries are used again and again, so that noting costs nothing
 * but the writing. Sentences are made when somebody asks. Owned by the shard.
 */
final class DecisionLog {
    static final int CAPACITY = 256;
    private static final double NS_PER_MS = 1e6;

    /** Entries are made as they are first used. */
    private final List<Decision> ring = new ArrayList<>();

    private final long epochOffsetNs;
    private long count;

    DecisionLog(long epochOffsetNs) {
        this.epochOffsetNs = epochOffsetNs;
    }

    /** An entry to be filled, in place of the oldest when there are as many as may be. */
    Decision begin(Decision.Kind kind, long nowNs) {
        int place = (int) (count++ % CAPACITY);
        if (place == ring.size()) {
            ring.add(new Decision());
        }
        Decision decision = ring.get(place);
        decision.clear();
        decision.kind = kind;
        decision.atNs = nowNs;
        return decision;
    }

    /** All that is remembered, the newest last. */
    List<Explanation.Decision> read() {
        List<Explanation.Decision> decisions = new ArrayList<>(ring.size());
        for (long i = Math.max(0, count - ring.size()); i < count; i++) {
            decisions.add(read(ring.get((int) (i % CAPACITY))));
        }
        return decisions;
    }

    private Explanation.Decision read(Decision from) {
        return new Explanation.Decision(
                epochMs(from.atNs),
                Sentences.name(from.kind),
                Sentences.name(from.cause),
                Sentences.name(from.estimateCause),
                from.mid == null ? "" : from.mid,
                from.trackId == null ? "" : from.trackId,
                new Explanation.Quality(from.fromWidthPx, from.fromHeightPx, 0, from.fromBps),
                new Explanation.Quality(from.toWidthPx, from.toHeightPx, from.toFramesPerSecond, from.toBps),
                from.estimateBps == Long.MAX_VALUE ? 0 : from.estimateBps,
                from.previousBps == Long.MAX_VALUE ? 0 : from.previousBps,
                from.queueDelayMs,
                from.lossShare,
                from.rttNs / NS_PER_MS,
                from.tracks,
                from.waitNs / NS_PER_MS,
                Sentences.of(from));
    }

    long epochMs(long atNs) {
        return (atNs + epochOffsetNs) / (long) NS_PER_MS;
    }
}

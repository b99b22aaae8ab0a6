package dev.parley.sfu.peer;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.stream.IngressStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Which encodings of a simulcast track its publisher need send: those up to the best that anybody takes, and always the
 * lowest. Those below the best stay, as they are what a receiver falls back to when its link fails. Owned by the shard.
 *
 * <p>An encoding that nobody takes is stopped after {@value #HOLD_MS} ms, so that a change to and fro costs nothing; it is
 * asked for at once.
 */
final class SentLayers {
    static final int HOLD_MS = 2_000;
    private static final long HOLD_NS = HOLD_MS * 1_000_000L;
    private static final long CHECK_INTERVAL_NS = 500_000_000L;

    private final PublishedTrack track;
    /** The rids that the publisher has been told to stop. */
    private final List<String> stopped = new ArrayList<>();

    private long neededNs = Long.MIN_VALUE;
    private long neededBps;
    private long nextCheckNs = Long.MAX_VALUE;

    SentLayers(PublishedTrack track) {
        this.track = track;
    }

    /** The track has one encoding more. */
    void opened() {
        nextCheckNs = 0;
    }

    long nextDeadlineNs() {
        return nextCheckNs;
    }

    /**
     * Looks at what is taken now.
     *
     * @return whether the publisher is to be told of {@link #encodings()}
     */
    boolean check(long nowNs) {
        if (track.streams().size() < 2) {
            nextCheckNs = Long.MAX_VALUE;
            return false;
        }
        nextCheckNs = nowNs + CHECK_INTERVAL_NS;
        long takenBps = takenBps(nowNs);
        if (neededNs == Long.MIN_VALUE) {
            neededBps = Long.MAX_VALUE;
            neededNs = nowNs;
        } else if (takenBps >= neededBps) {
            neededBps = takenBps;
            neededNs = nowNs;
        } else if (nowNs - neededNs >= HOLD_NS) {
            neededBps = takenBps;
        }
        boolean changes = false;
        for (int i = 0; i < track.streams().size(); i++) {
            IngressStream stream = track.streams().get(i);
            String rid = stream.rid();
            // What the publisher has stopped by itself it shall take up again by itself.
            boolean canStop = stopped.contains(rid) || stream.isFlowing(nowNs);
            boolean stops = canStop && rateOf(stream, nowNs) > neededBps && stream != lowest(nowNs);
            if (rid != null && stops != stopped.contains(rid)) {
                changes = true;
                stream.suspend(stops, nowNs);
                if (stops) {
                    stopped.add(rid);
                } else {
                    stopped.remove(rid);
                }
            }
        }
        return changes;
    }

    /** The rate of the best encoding that anybody takes, 0 when nobody takes any. */
    private long takenBps(long nowNs) {
        long best = 0;
        for (int i = 0; i < track.streams().size(); i++) {
            IngressStream stream = track.streams().get(i);
            if (track.router().isTaken(stream)) {
                best = Math.max(best, rateOf(stream, nowNs));
            }
        }
        return best;
    }

    private IngressStream lowest(long nowNs) {
        IngressStream lowest = track.streams().getFirst();
        for (int i = 1; i < track.streams().size(); i++) {
            IngressStream stream = track.streams().get(i);
            lowest = rateOf(stream, nowNs) < rateOf(lowest, nowNs) ? stream : lowest;
        }
        return lowest;
    }

    private static long rateOf(IngressStream stream, long nowNs) {
        return stream.expectedBps(stream.maxSpatialId(), stream.maxTemporalId(), nowNs);
    }

    /** Every rid of the track, and whether it is to be sent. */
    List<RoomEvent.Encoding> encodings() {
        List<RoomEvent.Encoding> encodings = new ArrayList<>();
        for (String rid : track.section().rids()) {
            encodings.add(new RoomEvent.Encoding(rid, !stopped.contains(rid)));
        }
        return encodings;
    }
}

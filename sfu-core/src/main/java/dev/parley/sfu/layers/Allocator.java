package dev.parley.sfu.layers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Divides what the way to one subscriber carries over the tracks it watches, by the policy of docs/allocation.md. Owned by
 * the shard; asked a few times a second, so it looks at everything and makes no garbage.
 *
 * <p>In order: everybody the lowest step; then screens as much as they have use for, then what the client gave priority,
 * then all others in step, by resolution. Who is served first within that: see {@link TrackDemand#rank}.
 *
 * <p>Example, 1.5 Mbit/s for a screen (lowest step 100 kbit/s, whole 800) and five cameras (steps of 100, 400 and 1,500):
 * all get 100, which leaves 900; the screen is raised to 800, which leaves 200; no camera can be raised to 400.
 */
public final class Allocator {
    /** Going up takes so much more than the step's rate, as rates and estimates waver. */
    private static final int HEADROOM_PERCENT = 115;

    /** Where so much more is left than a step takes, it is not one that hardly fits, and nobody has to wait for it. */
    private static final int ROOMY = 2;

    /** How long those who are sent something keep the lowest step though it does not quite fit: most dips are shorter. */
    static final long GRACE_NS = 1_500_000_000L;

    /** What the lowest steps may take of the budget meanwhile: more would fill a queue of seconds. */
    private static final int GRACE_PERCENT = 150;

    static final long MIN_HOLD_NS = 3_000_000_000L;
    static final long MAX_HOLD_NS = 12_000_000_000L;

    private TrackDemand[] ranked = {};
    private boolean[] full = {};
    private int count;
    private long leftBps;
    private long allocatedBps;
    private long nextStepBps;
    private long wantedBps;
    /** Since when the lowest steps have not fitted. */
    private long shortSinceNs = Long.MAX_VALUE;

    private long graceBps;

    /**
     * Chooses a step for each of the first {@code count} demands.
     *
     * @param budgetBps for all of them, {@link Long#MAX_VALUE} for no limit
     * @param maxTracks how many may get anything
     */
    public void allocate(@Nullable TrackDemand[] demands, int newCount, long budgetBps, int maxTracks, long nowNs) {
        rank(demands, newCount);
        leftBps = budgetBps;
        allowGrace(budgetBps, maxTracks, nowNs);
        int served = 0;
        for (int i = 0; i < count; i++) {
            TrackDemand demand = ranked[i];
            demand.choose(TrackDemand.PAUSED);
            demand.excess(demand.isWanted() && served >= maxTracks);
            full[i] = !demand.isWanted() || demand.isExcess();
            if (!full[i]) {
                served++;
                full[i] = !raise(demand, nowNs);
            }
        }
        for (int i = 0; i < count; i++) {
            if (ranked[i].isScreen() || ranked[i].priority() > 0) {
                while (!full[i]) {
                    full[i] = !raise(ranked[i], nowNs);
                }
            }
        }
        raiseInStep(nowNs);
        settle(nowNs);
    }

    /** Decides by how much the budget may be overdrawn for the lowest steps of what is being sent. */
    private void allowGrace(long budgetBps, int maxTracks, long nowNs) {
        long lowestBps = 0;
        int served = 0;
        for (int i = 0; i < count && served < maxTracks; i++) {
            if (ranked[i].isWanted()) {
                served++;
                lowestBps += ranked[i].current() == TrackDemand.PAUSED ? 0 : ranked[i].bitrateBps(0);
            }
        }
        boolean isShort = lowestBps > budgetBps;
        shortSinceNs = isShort ? Math.min(shortSinceNs, nowNs) : Long.MAX_VALUE;
        boolean granted = isShort && nowNs - shortSinceNs < GRACE_NS && lowestBps <= budgetBps / 100 * GRACE_PERCENT;
        graceBps = granted ? lowestBps - budgetBps : 0;
    }

    private void rank(@Nullable TrackDemand[] demands, int newCount) {
        if (ranked.length < newCount) {
            ranked = new TrackDemand[newCount];
            full = new boolean[newCount];
        }
        count = 0;
        for (int i = 0; i < newCount; i++) {
            TrackDemand demand = demands[i];
            if (demand != null) {
                int place = count++;
                while (place > 0 && demand.precedes(ranked[place - 1])) {
                    ranked[place] = ranked[place - 1];
                    place--;
                }
                ranked[place] = demand;
            }
        }
    }

    /** The lowest next step first, so that all have a resolution before anybody has the next. */
    private void raiseInStep(long nowNs) {
        while (true) {
            int next = -1;
            for (int i = 0; i < count; i++) {
                if (!full[i] && (next < 0 || nextHeight(i) < nextHeight(next))) {
                    next = i;
                }
            }
            if (next < 0) {
                return;
            }
            full[next] = !raise(ranked[next], nowNs);
        }
    }

    private int nextHeight(int index) {
        TrackDemand demand = ranked[index];
        return demand.chosen() >= demand.cap() ? 0 : demand.heightOf(demand.chosen() + 1);
    }

    /** Gives a demand one step more; false if it has no use for it, or it does not fit. */
    private boolean raise(TrackDemand demand, long nowNs) {
        int next = demand.chosen() + 1;
        if (next > demand.cap()) {
            return false;
        }
        long more = costBps(demand, next) - costBps(demand, demand.chosen());
        boolean mustWait = next > demand.current() && !demand.mayRise(next, nowNs);
        if (mustWait && leftBps / ROOMY < more) {
            return false;
        }
        boolean isKept = demand.chosen() == TrackDemand.PAUSED && demand.current() != TrackDemand.PAUSED;
        if (more > leftBps + (isKept ? graceBps : 0)) {
            return false;
        }
        leftBps -= more;
        demand.choose(next);
        return true;
    }

    private long costBps(TrackDemand demand, int step) {
        long bps = demand.bitrateBps(step);
        return step > demand.current() && leftBps < Long.MAX_VALUE / 2 ? withHeadroom(bps) : bps;
    }

    private static long withHeadroom(long bps) {
        return bps * HEADROOM_PERCENT / 100;
    }

    private void settle(long nowNs) {
        allocatedBps = 0;
        wantedBps = 0;
        long leastMore = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            TrackDemand demand = ranked[i];
            allocatedBps += demand.bitrateBps();
            if (demand.isWanted()) {
                int cap = demand.isExcess() ? demand.chosen() : demand.cap();
                wantedBps += withHeadroom(demand.bitrateBps(cap));
                if (demand.chosen() < cap) {
                    long step = withHeadroom(demand.bitrateBps(demand.chosen() + 1));
                    leastMore = Math.min(leastMore, Math.max(0, step - demand.bitrateBps()));
                }
            }
            demand.settle(nowNs, MIN_HOLD_NS, MAX_HOLD_NS);
        }
        wantedBps = Math.max(wantedBps, allocatedBps);
        nextStepBps = leastMore == Long.MAX_VALUE ? allocatedBps : Math.min(allocatedBps + leastMore, wantedBps);
        Arrays.fill(ranked, 0, count, null);
    }

    /** The sum of what was given. */
    public long allocatedBps() {
        return allocatedBps;
    }

    /** With how much anybody could be given more. */
    public long nextStepBps() {
        return nextStepBps;
    }

    /** With how much everybody would have all there is use for. */
    public long wantedBps() {
        return wantedBps;
    }
}

package dev.parley.sfu.shard;

import java.util.Arrays;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the steps of a turn took, so that a slow turn can be told with its cause. Owned by the shard's thread. */
final class TurnTimes {
    private static final Logger LOG = LoggerFactory.getLogger(TurnTimes.class);
    private static final Step[] STEPS = Step.values();
    private static final long LOG_INTERVAL_NS = 1_000_000_000L;

    private final int shard;
    private final long[] stepNs = new long[STEPS.length];
    private long markNs;
    private long lastLoggedNs;
    private boolean logged;

    /** The steps of a turn, in their order. */
    enum Step {
        PACKETS,
        PIPES,
        COMMANDS,
        DEADLINES,
        PROTECT,
        FLUSH;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    TurnTimes(int shard) {
        this.shard = shard;
    }

    /** The wait is over. */
    void begin(long nowNs) {
        markNs = nowNs;
        Arrays.fill(stepNs, 0);
    }

    /** A step has ended; returns the time it took. */
    void end(Step step, long nowNs) {
        stepNs[step.ordinal()] = nowNs - markNs;
        markNs = nowNs;
    }

    Step longest() {
        Step longest = Step.PACKETS;
        for (Step step : STEPS) {
            if (stepNs[step.ordinal()] > stepNs[longest.ordinal()]) {
                longest = step;
            }
        }
        return longest;
    }

    /** Says that the turn was slow, once a second at most: a machine that is too slow must not be made slower. */
    boolean logSlow(long nowNs, long busyNs, long slowTurns) {
        if (logged && nowNs - lastLoggedNs < LOG_INTERVAL_NS) {
            return false;
        }
        logged = true;
        lastLoggedNs = nowNs;
        Step longest = longest();
        LOG.warn(
                "shard={} event=slow-turn ms={} longest={} longest-ms={} slow-turns={}",
                shard,
                busyNs / 1_000_000,
                longest.label(),
                stepNs[longest.ordinal()] / 1_000_000,
                slowTurns);
        return true;
    }
}
